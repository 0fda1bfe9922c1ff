/** Checks the doc comments of a module. */
import { getTextOfJSDocComment, type JSDoc, type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast"
import { isJSDoc } from "typescript/unstable/ast/is"
import { type Project, type Symbol, SymbolFlags } from "typescript/unstable/sync"

const head = /^(?:#!.*\n)?\/\*\*\n([\s\S]*?)\*\//

/** Problems of the comment at the top of a module, which needs a description and `@since`. */
export const headProblems = (text: string): ReadonlyArray<string> => {
  const comment = head.exec(text)?.[1]
  // With a category, it is the doc comment of the first export.
  if (comment === undefined || comment.includes("@category")) return ["no head comment"]
  const problems: Array<string> = []
  if (!/^ \* [^@\s]/.test(comment)) problems.push("head comment without a description")
  if (comment.match(/^ \* @since \d+\.\d+\.\d+$/gm)?.length !== 1) problems.push("head comment without one @since")
  return problems
}

/** The last doc comment before a declaration; for a `const`, the one before its statement. */
const commentOf = (node: Node): JSDoc | undefined => {
  const own = node.jsDoc?.findLast(isJSDoc)
  if (own !== undefined || node.kind === SyntaxKind.SourceFile) return own
  return node.kind === SyntaxKind.VariableDeclaration || node.kind === SyntaxKind.VariableDeclarationList
    ? commentOf(node.parent)
    : undefined
}

const tags = (comment: JSDoc, name: string): ReadonlyArray<string> =>
  (comment.tags ?? []).filter((tag) => tag.tagName.text === name).map((tag) =>
    getTextOfJSDocComment(tag.comment)?.trim() ?? ""
  )

const tagProblems = (comment: JSDoc): ReadonlyArray<string> => {
  const category = tags(comment, "category")
  const since = tags(comment, "since")
  return [
    ...(category.length === 1 && category[0] !== "" ? [] : [`${category.length} @category`]),
    ...(since.length === 1 && /^\d+\.\d+\.\d+$/.test(since[0] ?? "") ? [] : [`${since.length} @since`])
  ]
}

/** A type with the same name as a schema needs tags, but no description. */
const problemsOf = (project: Project, symbol: Symbol): ReadonlyArray<string> => {
  const declarations = symbol.declarations.map((handle) => handle.resolve(project)).filter((node) => node !== undefined)
  if (declarations.length === 0) return [`${symbol.name}: no declaration`]
  const comments = declarations.map(commentOf).filter((comment) => comment !== undefined)
  if (comments.length < declarations.length) return [`${symbol.name}: no doc comment`]
  const problems = comments.flatMap(tagProblems)
  if (!comments.some((comment) => getTextOfJSDocComment(comment.comment)?.trim())) problems.push("no description")
  return problems.map((problem) => `${symbol.name}: ${problem}`)
}

/** Exports that lack a description, `@category` or `@since`. Re-exported modules have a head comment instead. */
export const undocumented = (project: Project, source: SourceFile): ReadonlyArray<string> => {
  const { checker } = project
  const module = checker.getSymbolAtLocation(source)
  if (module === undefined) return []
  return checker.getExportsOfModule(module)
    .map((symbol) => (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol))
    .filter((symbol) => (symbol.flags & SymbolFlags.ValueModule) === 0)
    .flatMap((symbol) => problemsOf(project, symbol))
}
