/**
 * Troubles that happen to everyone who puts images into MPS, each as fault rules under a name. A name can be given
 * wherever a rule can: to `Sandbox.layer({ faults: ["waf"] })`, to `sandbox.faults`, to `PUT /_sandbox/faults`, to
 * `start --fault waf`, and to the switches of the dashboard.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { FaultEffect } from "./Faults.ts"
import { FaultRule } from "./Faults.ts"
import { CATALOGUE, NAMES } from "./internal/faults/catalogue.ts"

/**
 * The name of a scenario.
 *
 * @category models
 * @since 0.1.0
 */
export const ScenarioName = Schema.Literals(NAMES)

/**
 * @category models
 * @since 0.1.0
 */
export type ScenarioName = typeof ScenarioName.Type

/**
 * A scenario; `title` says in a few words what happens.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scenario {
  readonly name: ScenarioName
  readonly title: string
  readonly rules: ReadonlyArray<FaultRule>
}

/**
 * A fault: a rule, or the name of a scenario, which stands for its rules.
 *
 * @category models
 * @since 0.1.0
 */
export const Fault = Schema.Union([FaultRule, ScenarioName])

/**
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

const scaledEffect = (effect: FaultEffect, timeScale: number): FaultEffect =>
  effect.type === "delay" || effect.type === "gatewayTimeout" || effect.type === "late"
    ? { ...effect, millis: Math.round((effect.millis ?? 0) * timeScale) }
    : effect

const scaled = (timeScale: number) => (rule: FaultRule): FaultRule => ({
  ...rule,
  effect: scaledEffect(rule.effect, timeScale)
})

/**
 * A scenario by its name. All its durations are multiplied by `timeScale`, so that a test need not wait a minute.
 *
 * @example
 * ```ts
 * import * as Scenarios from "@iiif-ingest/sandbox/Scenarios"
 *
 * const { rules } = Scenarios.of("balancer-504-at-60s", { timeScale: 0.001 })
 * rules[0]?.effect // => { type: "gatewayTimeout", millis: 60 }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (name: ScenarioName, { timeScale = 1 }: { readonly timeScale?: number } = {}): Scenario => {
  const { rules, title } = CATALOGUE[name]
  return { name, title, rules: rules.map(scaled(timeScale)) }
}

/**
 * All scenarios.
 *
 * @category constants
 * @since 0.1.0
 */
export const all: ReadonlyArray<Scenario> = NAMES.map((name) => of(name))
