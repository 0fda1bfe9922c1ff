/** Fault rules: what is on and how often it struck, and switches for the ready-made ones. */
import type { FaultHits, FaultRule } from "../../Faults.ts"
import { type Child, type Html, html } from "../html.ts"
import { READY, type ReadyFault } from "./readyFaults.ts"
import * as Section from "./section.ts"
import * as Texts from "./texts.ts"
import * as Units from "./units.ts"

const MAX_RULES = 50

export const SWITCH = "/_sandbox/switch"

const isUsedUp = ({ hits, rule }: FaultHits): boolean => rule.times !== undefined && hits >= rule.times

/** How many rules can still strike. */
export const active = (faults: ReadonlyArray<FaultHits>): number => faults.filter((fault) => !isUsedUp(fault)).length

const hitsOf = (fault: FaultHits): string =>
  `${Units.plural(fault.hits, "hit")}${fault.rule.times === undefined ? "" : ` of ${fault.rule.times}`}${
    isUsedUp(fault) ? ", used up" : ""
  }`

const form = (token: string, action: string, fault: string, button: Child): Html =>
  html`<form method="post" action="${SWITCH}"><input type="hidden" name="token" value="${token}"><input type="hidden"
 name="turn" value="${action}"><input type="hidden" name="fault" value="${fault}">${button}</form>`

const ready = (token: string, on: ReadonlyMap<FaultRule, FaultHits>) => ({ id, name, rule }: ReadyFault): Html => {
  const fault = on.get(rule)
  const again = fault !== undefined && isUsedUp(fault)
  const [action, verb] = fault === undefined ? ["on", "Turn on"] : again ? ["on", "Again"] : ["off", "Turn off"]
  return html`<li id="fault-${id}" class="fault${fault !== undefined && !again && " on"}">
<span class="name" id="fault-${id}-name">${name}</span> ${
    fault === undefined
      ? html`<span class="quiet">off</span>`
      : html`<span class="state ${again ? "moved" : "failed"}">${again ? "used up" : "on"}</span> <span class="quiet">${
        hitsOf(fault)
      }</span>`
  }
${
    form(
      token,
      action,
      id,
      html`<button id="fault-${id}-button" aria-label="${verb}: ${name}"${
        (fault === undefined || again) && html` class="light"`
      }>${verb}</button>`
    )
  }
</li>
`
}

const other = (fault: FaultHits): Html =>
  html`<li class="fault on"><span class="code name">${Texts.cut(JSON.stringify(fault.rule), 500)}</span>
<span class="quiet">${hitsOf(fault)}</span></li>
`

/** The section of the dashboard. */
export const section = (faults: ReadonlyArray<FaultHits>, token: string): Html => {
  const on = new Map(faults.map((fault) => [fault.rule, fault]))
  const others = faults.filter(({ rule }) => !READY.some((one) => one.rule === rule))
  return Section.make({
    name: "faults",
    title: "Faults",
    count: `${active(faults)} on`,
    shown: READY.length,
    total: READY.length,
    empty: "",
    before: others.length > 0 &&
      html`<h3>Rules of a program${others.length > MAX_RULES && `, ${MAX_RULES} of ${others.length}`}</h3>
<ul class="faults">\n${others.slice(0, MAX_RULES).map(other)}</ul>
<h3>Ready-made</h3>`,
    body: html`<ul class="faults">\n${READY.map(ready(token, on))}</ul>
${
      faults.length > 0 &&
      form(token, "clear", "", html`<button id="fault-clear">Turn all faults off</button>`)
    }`
  })
}
