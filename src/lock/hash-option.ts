/** ` --hash=sha256:0f3c…`, ` --hash sha256:…` */
export const hash = /\s--hash(?:=|\s+)(\S+)/g
