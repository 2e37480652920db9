/** `8001, web 8002`; a port that is not given out yet has no number. */
export const portsText = (ports: Readonly<Record<string, number | 'auto'>>): string =>
  Object.entries(ports)
    .map(([name, port]) => (name === 'port' ? `${port}` : `${name} ${port}`))
    .join(', ')
