/** The one name of a package among all its spellings (PEP 503): `Zope.Interface` → `zope-interface`. */
export const normalName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase()
