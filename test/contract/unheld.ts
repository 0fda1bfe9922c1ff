/**
 * The rows of FIDELITY.md that no check holds, by their beginnings, and why. A row that is new needs one line: here, or
 * among the `rows` of a check.
 */

const OWN = "no service but the sandbox does this; the sandbox's own tests hold it"
const RARE = "MPS would have to be brought into a state that no client can bring about"
const POLICY = "it would leave an image with a limit in the service, and one would have to sign in"
const TRACES = "it would leave traces in the service that cannot be removed"

export const unheld: Readonly<Record<string, string>> = {
  "an asset whose object was replaced is measured again": TRACES,
  "an asset or a manifest cannot be withdrawn": "that something is impossible cannot be shown by one request",
  "a namespace that is not registered": `${TRACES}, in a namespace of others`,
  "`NAME` has any characters": TRACES,
  "objects are read from the bucket of the asset's `space`":
    "it needs a second space, and an object at a bucket's root",
  "token, content type and declared length":
    "it needs a connection that stops half-way; the sandbox's own tests hold it",
  "arrays and objects more than 100 deep": OWN,
  "a request whose head or body stops": OWN,
  "failed children are not retried": "a child that is retried takes up to six hours for each try",
  "every pixel of an image is decoded": OWN,
  "a manifest that cannot be converted": TRACES,
  "`/viewer/?manifestId=URL` shows the manifest": "it is what a person sees; the browser tests hold it for the sandbox",
  "`?hosts=sandbox` maps addresses": OWN,
  "`/api/manifest` knows only manifests": OWN,
  "Image API 3 of every asset": OWN,
  "pixels are those of a JPEG copy": OWN,
  "what is sent has an area": OWN,
  "in version 3 a box": OWN,
  "`policyDefinition` has a policy group": "the samples have both, and what a client sends is no behavior of MPS",
  "sizes are limits of the whole image": POLICY,
  "info.json for a limited audience": POLICY,
  "more than the limit is 403": POLICY,
  "policy groups limit nothing": POLICY,
  "a policy is that of the latest ingest": POLICY,
  "who asks: a path segment": OWN,
  "`?sandbox-audience=` on a manifest": OWN,
  "a firewall's challenge": RARE,
  "`balancer-504-at-60s`": RARE,
  "`plain-404`": "which paths match nothing there is unknown",
  "`vpn-down`": "it is about whoever is outside; the suite has to be inside",
  "`nine-dead-images`": TRACES,
  "`waf`": RARE,
  "`late-delivery`": TRACES,
  "`restart-mid-job`": RARE,
  "`job-stuck`": RARE,
  "`flapping-status`": RARE,
  "`body-name`": OWN,
  "`label-none`": OWN,
  "`status-token`": OWN,
  "`other-environment`": OWN,
  "`canvas-size`": OWN
}
