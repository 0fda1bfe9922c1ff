/** Faults: what is on and how often it struck, and a switch for each scenario. */
import type { FaultHits } from "../../Faults.ts"
import * as Scenarios from "../../Scenarios.ts"
import { type Child, type Html, html } from "../http/html.ts"
import * as Section from "./section.ts"
import * as Texts from "./texts.ts"
import * as Units from "./units.ts"

const MAX_RULES = 50

export const SWITCH = "/_sandbox/switch"

const isUsedUp = ({ hits, rule }: FaultHits): boolean => rule.times !== undefined && hits >= rule.times

const allUsedUp = (faults: ReadonlyArray<FaultHits>): boolean => faults.every(isUsedUp)

/** The rules of each scenario together, and all others by themselves. */
const grouped = (faults: ReadonlyArray<FaultHits>): ReadonlyArray<ReadonlyArray<FaultHits>> => {
  const others = faults.filter(({ scenario }) => scenario === undefined).map((fault) => [fault])
  const scenarios = Scenarios.all.map(({ name }) => faults.filter(({ scenario }) => scenario === name))
  return [...others, ...scenarios].filter((group) => group.length > 0)
}

/** How many rules and scenarios can still strike. */
export const active = (faults: ReadonlyArray<FaultHits>): number =>
  grouped(faults).filter((group) => !allUsedUp(group)).length

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

const hitsOf = (faults: ReadonlyArray<FaultHits>): string => {
  const limit = sum(faults.map(({ rule }) => rule.times ?? Infinity))
  return `${Units.plural(sum(faults.map(({ hits }) => hits)), "hit")}${limit === Infinity ? "" : ` of ${limit}`}${
    allUsedUp(faults) ? ", used up" : ""
  }`
}

const form = (token: string, action: string, fault: string, button: Child): Html =>
  html`<form method="post" action="${SWITCH}"><input type="hidden" name="token" value="${token}"><input type="hidden"
 name="turn" value="${action}"><input type="hidden" name="fault" value="${fault}">${button}</form>`

const switchOf =
  (token: string, faults: ReadonlyArray<FaultHits>) => ({ name: id, title }: Scenarios.Scenario): Html => {
    const rules = faults.filter(({ scenario }) => scenario === id)
    const isOff = rules.length === 0
    const again = !isOff && allUsedUp(rules)
    const [action, verb] = isOff ? ["on", "Turn on"] : again ? ["on", "Again"] : ["off", "Turn off"]
    return html`<li id="fault-${id}" class="fault${!isOff && !again && " on"}">
<span class="name" id="fault-${id}-name">${title} <span class="code quiet">${id}</span></span> ${
      isOff
        ? html`<span class="quiet">off</span>`
        : html`<span class="state ${again ? "moved" : "failed"}">${
          again ? "used up" : "on"
        }</span> <span class="quiet">${hitsOf(rules)}</span>`
    }
${
      form(
        token,
        action,
        id,
        html`<button id="fault-${id}-button" aria-label="${verb}: ${title}"${
          (isOff || again) && html` class="light"`
        }>${verb}</button>`
      )
    }
</li>
`
  }

const other = (fault: FaultHits): Html =>
  html`<li class="fault on"><span class="code name">${Texts.cut(JSON.stringify(fault.rule), 500)}</span>
<span class="quiet">${hitsOf([fault])}</span></li>
`

/** The section of the dashboard. */
export const section = (faults: ReadonlyArray<FaultHits>, token: string): Html => {
  const others = faults.filter(({ scenario }) => scenario === undefined)
  return Section.make({
    name: "faults",
    title: "Faults",
    count: `${active(faults)} on`,
    shown: Scenarios.all.length,
    total: Scenarios.all.length,
    empty: "",
    before: others.length > 0 &&
      html`<h3>Rules of a program${others.length > MAX_RULES && `, ${MAX_RULES} of ${others.length}`}</h3>
<ul class="faults">\n${others.slice(0, MAX_RULES).map(other)}</ul>
<h3>Scenarios</h3>`,
    body: html`<ul class="faults">\n${Scenarios.all.map(switchOf(token, faults))}</ul>
${
      faults.length > 0 &&
      form(token, "clear", "", html`<button id="fault-clear">Turn all faults off</button>`)
    }`
  })
}
