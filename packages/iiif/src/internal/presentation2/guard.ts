/**
 * Fast guards for schemas that do not change values: they answer only yes or no, copy nothing, and visit only the keys
 * that are present. Most values are valid, and then the guard is all that is needed; if it answers no, the schema's own
 * parser reports why. Tests check that the two agree.
 */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { maxDepth } from "../model/walk.ts"

export type Guard = (input: unknown) => boolean

/** The annotation under which `open` and similar schemas keep their guard, so that they can be nested. */
export const guardKey = "iiif-ingest/guard"

const isGuard = (u: unknown): u is () => Guard => typeof u === "function"

/** Whether a value is JSON of limited depth, without remembering what was met, which Schema's own test does. */
export const isJson = (value: unknown, depth = 0): boolean => {
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value !== "object" || value === null) return ["string", "boolean"].includes(typeof value) || value === null
  if (depth === maxDepth) return false
  if (Array.isArray(value)) {
    // Unlike every(), this reads holes.
    for (let index = 0; index < value.length; index++) if (!isJson(value[index], depth + 1)) return false
    return true
  }
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return false
  for (const key in value) if (!isJson(Reflect.get(value, key), depth + 1)) return false
  return true
}

/** Makes the guard on first use: mutually recursive schemas cannot be inspected until all of them are defined. */
export const later = (make: () => Guard): Guard => {
  let guard: Guard | undefined
  return (input) => (guard ??= make())(input)
}

const passes = (check: SchemaAST.Check<unknown>, input: unknown, ast: SchemaAST.AST): boolean =>
  check._tag === "Filter"
    ? check.run(input, ast, {}) === undefined
    : check.checks.every((one) => passes(one, input, ast))

const checked = (ast: SchemaAST.AST, guard: Guard): Guard => {
  const { checks } = ast
  return checks === undefined ? guard : (input) => guard(input) && checks.every((check) => passes(check, input, ast))
}

const arrayGuard = ({ elements, rest }: SchemaAST.Arrays): Guard => {
  const firsts = elements.map(guardOf)
  const others = rest.map(guardOf)
  const [other] = others
  return (input) => {
    if (!Array.isArray(input) || input.length < firsts.length) return false
    for (let i = 0; i < input.length; i++) {
      const guard = firsts[i] ?? other
      if (guard === undefined || !guard(input[i])) return false
    }
    return true
  }
}

const structGuard = ({ propertySignatures }: SchemaAST.Objects): Guard => {
  const fields = new Map<PropertyKey, Guard>(propertySignatures.map(({ name, type }) => [name, guardOf(type)]))
  const required = propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type)).map(({ name }) => name)
  return (input) => {
    if (!isObject(input)) return false
    for (const key of required) if (!Object.hasOwn(input, key)) return false
    for (const key in input) if (fields.get(key)?.(input[key]) === false) return false
    return true
  }
}

const recordGuard = (values: ReadonlyArray<Guard>): Guard => (input) => {
  if (!isObject(input)) return false
  for (const key in input) if (!values.every((value) => value(input[key]))) return false
  return true
}

const objectGuard = (ast: SchemaAST.Objects): Guard | undefined => {
  const { indexSignatures, propertySignatures } = ast
  if (indexSignatures.length === 0) return structGuard(ast)
  return propertySignatures.length > 0 || indexSignatures.some(({ parameter }) => !SchemaAST.isString(parameter))
    ? undefined
    : recordGuard(indexSignatures.map(({ type }) => guardOf(type)))
}

const plainGuard = (ast: SchemaAST.AST): Guard | undefined => {
  switch (ast._tag) {
    case "String":
      return (input) => typeof input === "string"
    case "Number":
      return (input) => typeof input === "number"
    case "Null":
      return (input) => input === null
    case "Literal":
      return (input) => input === ast.literal
    case "Arrays":
      return ast.elements.some(SchemaAST.isOptional) || ast.rest.length > 1 ? undefined : arrayGuard(ast)
    case "Objects":
      return objectGuard(ast)
    case "Union": {
      const members = ast.types.map(guardOf)
      return (input) => members.some((member) => member(input))
    }
    case "Suspend":
      return later(() => guardOf(ast.thunk()))
    case "Declaration": {
      const guard = ast.annotations?.[guardKey]
      return isGuard(guard) ? later(guard) : undefined
    }
    default:
      return undefined
  }
}

/** The guard of a schema; for schemas that are not handled here, the schema's own parser. */
export const guardOf = (ast: SchemaAST.AST): Guard => {
  const guard = ast.encoding === undefined ? plainGuard(ast) : undefined
  return guard === undefined ? SchemaParser.is(Schema.make(ast)) : checked(ast, guard)
}
