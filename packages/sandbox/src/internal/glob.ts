const special = /[.+?^${}()|[\]\\]/g

/** A matcher for whole paths: `*` is any run of characters but `/`, `**` any run at all. */
export const compile = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.split("**").map((part) => part.replace(special, "\\$&").replaceAll("*", "[^/]*")).join(".*")}$`
  )
