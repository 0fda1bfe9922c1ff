import type { Finding } from "../Manifest.ts"

/** What the specification takes: the http forms of Creative Commons and RightsStatements.org (Presentation 3.0, 3.1). */
const known =
  /^http:\/\/(?:creativecommons\.org\/(?:licenses|publicdomain)\/[a-z0-9.+-]+\/\d(?:\.\d)?(?:\/[a-z]{2,3})?\/?|rightsstatements\.org\/(?:vocab|page)\/[A-Za-z-]+\/1\.0\/?)$/

const isUri = (text: string): boolean => /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text)

export const rightsFinding = (rights: string | undefined): ReadonlyArray<Finding> => {
  if (rights === undefined || known.test(rights)) return []
  if (!isUri(rights)) {
    return [{
      severity: "error",
      code: "rights-uri",
      path: "rights",
      message: `${JSON.stringify(rights)} is not a URI: give that of the licence, such as ` +
        "http://creativecommons.org/publicdomain/zero/1.0/"
    }]
  }
  if (known.test(rights.replace(/^https:/, "http:"))) {
    return [{
      severity: "warning",
      code: "rights-https",
      path: "rights",
      message: `the licence is known by its http form: write ${rights.replace(/^https:/, "http:")}`
    }]
  }
  return [{
    severity: "warning",
    code: "rights-unknown",
    path: "rights",
    message: "it is no Creative Commons licence and no RightsStatements.org statement: viewers may not understand it"
  }]
}
