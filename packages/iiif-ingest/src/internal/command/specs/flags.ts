/** Flags and arguments that several commands have. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { onOff } from "../globals.ts"

const positive = Schema.Int.check(Schema.isGreaterThan(0))

/** A whole number from 1 on, if it is given. */
export const count = (name: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.withSchema(positive),
    Flag.optional,
    Flag.withMetavar("<n>"),
    Flag.withDescription(description)
  )

/** A number above 0, if it is given. */
export const rate = (name: string, description: string) =>
  Flag.Finite(name).pipe(
    Flag.withSchema(Schema.Finite.check(Schema.isGreaterThan(0))),
    Flag.optional,
    Flag.withMetavar("<n>"),
    Flag.withDescription(description)
  )

/** A text, if it is given. */
export const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.optional, Flag.withMetavar(`<${metavar}>`), Flag.withDescription(description))

export const paths = Argument.String("path").pipe(
  Argument.withDescription("Image files, and folders of images with all folders below them"),
  Argument.variadic({ min: 1 })
)

export const uploads = count("uploads", "How many images are uploaded at a time (default: 8)")

/** What ids and keys are made with. */
export const prefixes = {
  assetPrefix: text("asset-prefix", "text", "What every asset id begins with (default: LTS_IIIF_ASSET_PREFIX)"),
  keyPrefix: text("key-prefix", "folder", "The folder of the bucket (default: LTS_IIIF_KEY_PREFIX, or images)")
}

/** What is said of a manifest. */
export const description = {
  name: text("name", "name", "The manifest's name in MPS (default: made of the folder's name)"),
  label: text("label", "text", "The manifest's title (default: the folder's name)"),
  language: text("language", "tag", "The language of texts, such as en (default: none)"),
  rights: text("rights", "uri", "A Creative Commons or RightsStatements.org URI"),
  summary: text("summary", "text", "A summary"),
  attribution: text("attribution", "text", "The required statement, shown as Attribution"),
  behavior: Flag.String("behavior").pipe(
    Flag.atLeast(0),
    Flag.withMetavar("<value>"),
    Flag.withDescription("A IIIF behavior, such as paged (repeatable)")
  ),
  viewingDirection: Flag.Literals("viewing-direction", [
    "left-to-right",
    "right-to-left",
    "top-to-bottom",
    "bottom-to-top"
  ]).pipe(Flag.optional, Flag.withMetavar("<way>"), Flag.withDescription("The order in which pages are shown")),
  metadata: Flag.String("metadata").pipe(
    Flag.atLeast(0),
    Flag.withMetavar("<label=value>"),
    Flag.withDescription("A line of metadata (repeatable)")
  )
}

/** What to do about requests of earlier runs. */
export const earlier = {
  onUnknown: Flag.Literals("on-unknown", ["resubmit", "stop"]).pipe(
    Flag.withDefault("resubmit"),
    Flag.withMetavar("<what>"),
    Flag.withDescription("What to do where it is not known whether an earlier request arrived (default: resubmit)")
  ),
  onUnchanged: Flag.Literals("on-unchanged", ["verify", "submit"]).pipe(
    Flag.withDefault("verify"),
    Flag.withMetavar("<what>"),
    Flag.withDescription("What to do with what was ingested before exactly like this (default: verify)")
  )
}

export const replace = onOff("replace", "Let images replace others under the same ids (asks first)")

export const policy = text("policy", "group", "The policy group of the images (default: default)")

export const output = (description: string) => text("output", "file", description).pipe(Flag.withAlias("o"))
