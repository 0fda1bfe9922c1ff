import { assert, describe, it } from "@effect/vitest"
import * as Suggestion from "../../src/internal/suggestion.ts"

describe("nearest", () => {
  const nearest = (given: string) => Suggestion.nearest(given, ["waf", "slow", "vpn-down", "balancer-504-at-60s"])

  it("finds what was mistyped, abbreviated or in another case", () => {
    assert.deepStrictEqual(["vpndown", "vpn-donw", "VPN-Down", "504", "wav", "slwo"].map(nearest), [
      "vpn-down",
      "vpn-down",
      "vpn-down",
      "balancer-504-at-60s",
      "waf",
      "slow"
    ])
  })
  it("finds nothing where nothing is near", () => {
    assert.deepStrictEqual(["", "everything", "restart", "\u{1F600}\u{1F600}\u{1F600}"].map(nearest), [
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })
})
