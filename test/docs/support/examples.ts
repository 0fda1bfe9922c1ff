/** Finds the examples in doc comments, and turns their `// =>` comments into assertions. */
import type { Node, SourceFile } from "typescript/unstable/ast"
import { isCallExpression, isExpressionStatement } from "typescript/unstable/ast/is"
import type { Checker } from "typescript/unstable/sync"
import { read } from "./workspace.ts"

export interface Example {
  /** Module and line, as a file name. */
  readonly name: string
  /** Where its code starts, such as `packages/core/src/Crc32.ts:44`. */
  readonly origin: string
  readonly code: string
}

const fence = /^[ \t]*\* ```ts\n((?:[ \t]*\*(?: .*)?\n)*?)[ \t]*\* ```$/gm

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length

/** All `ts` blocks in the doc comments of a module. Throws if an `@example` has none. */
export const examplesOf = (path: string): ReadonlyArray<Example> => {
  const text = read(path)
  const examples = Array.from(text.matchAll(fence), (match) => {
    const line = lineAt(text, match.index) + 1
    return {
      name: `${path.replace("packages/", "").replace("/src/", "/").replace(/\.ts$/, "").replaceAll("/", ".")}-${line}`,
      origin: `${path}:${line}`,
      code: (match[1] ?? "").replaceAll(/^[ \t]*\* ?/gm, "")
    }
  })
  const wanted = text.match(/^[ \t]*\* @example\b/gm)?.length ?? 0
  if (wanted > examples.length) throw new Error(`${path}: an @example has no \`ts\` block`)
  return examples
}

/** The comment right after a statement; the value continues on the comment lines below it. */
const assertion = /^[ \t]*\n?\/\/ => (.*(?:\n\/\/ (?!=>).*)*)/

/** Expression statements of type Promise or Effect, whose failure would go unnoticed. */
export const floating = (example: Example, source: SourceFile, checker: Checker): ReadonlyArray<string> =>
  source.statements.filter(isExpressionStatement).flatMap(({ expression }) => {
    const type = checker.getTypeAtLocation(expression)
    return type !== undefined && /^(Promise|Effect\.Effect|Effect)</.test(checker.typeToString(type))
      ? [`${example.origin}: floating ${expression.getText(source)}`]
      : []
  })

/** The expression to compare: the statement's own, or the argument of `console.log`. */
const observed = (statement: Node, source: SourceFile): string | undefined => {
  if (!isExpressionStatement(statement)) return undefined
  const { expression } = statement
  if (!isCallExpression(expression) || expression.expression.getText(source) !== "console.log") {
    return expression.getText(source)
  }
  return expression.arguments.length === 1 ? expression.arguments[0]?.getText(source) : undefined
}

/**
 * The code with every `E // => V` turned into an assertion that `E` equals `V`; line numbers stay the same. Throws if a
 * `// =>` does not follow an expression, since nothing would be compared.
 */
export const withAssertions = (example: Example, source: SourceFile): string => {
  const { code } = example
  let output = `import { deepStrictEqual as assertEqual } from "node:assert/strict"; `
  let from = 0
  let found = 0
  for (const statement of source.statements) {
    const expected = assertion.exec(code.slice(statement.end))?.[1]?.replaceAll(/\n\/\//g, " ")
    if (expected === undefined) continue
    const actual = observed(statement, source)
    if (actual === undefined) {
      throw new Error(`${example.origin}: cannot compare ${statement.getText(source)}`)
    }
    output += `${code.slice(from, statement.getStart(source))};assertEqual(${actual}, (${expected}))`
    from = statement.end
    found++
  }
  const written = code.match(/\/\/ =>/g)?.length ?? 0
  if (written !== found) throw new Error(`${example.origin}: a "// =>" does not follow an expression`)
  return output + code.slice(from)
}
