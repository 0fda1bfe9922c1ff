/** A range and those in it, as the document has them: in any order, in several others, and possibly in a circle. */
export interface Node {
  readonly index: number
  readonly children: ReadonlyArray<number>
  /** Whether it is at the top of a hierarchy. */
  readonly isTop: boolean
}

/** How ranges contain each other in Presentation 3. */
export interface Tree {
  readonly roots: ReadonlyArray<number>
  /** The range that a range is embedded in; others refer to it. */
  readonly parents: ReadonlyMap<number, number>
  /** Whether the reference to a range would close a circle. */
  readonly isCircular: (parent: number, child: number) => boolean
  /** All ranges, each after those in it. */
  readonly order: ReadonlyArray<number>
}

/** How deep ranges are embedded in each other; deeper ones are referred to. */
const maxDepth = 24

/** The references back to a range that is being visited, and the order in which visits end; without recursion. */
const visit = (nodes: ReadonlyArray<Node>) => {
  const order: Array<number> = []
  const state = new Uint8Array(nodes.length)
  const back = new Set<string>()
  for (const { index: start } of nodes) {
    const stack: Array<{ readonly node: number; next: number }> = []
    if (state[start] === 0) stack.push({ node: start, next: 0 })
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      state[top.node] = 1
      const child = nodes[top.node]?.children[top.next++]
      if (child === undefined) {
        state[top.node] = 2
        order.push(top.node)
        stack.pop()
      } else if (state[child] === 1) back.add(`${top.node} ${child}`)
      else if (state[child] === 0) stack.push({ node: child, next: 0 })
    }
  }
  return { back, order }
}

/**
 * Embeds each range in the first that contains it, in the order of their depth, and never in itself. It takes time in
 * proportion to the ranges and the references between them.
 */
export const treeOf = (nodes: ReadonlyArray<Node>): Tree => {
  const { back, order } = visit(nodes)
  const isCircular = (parent: number, child: number): boolean => back.has(`${parent} ${child}`)
  const contained = new Set<number>()
  for (const { children, index } of nodes) {
    for (const child of children) if (!isCircular(index, child)) contained.add(child)
  }
  const roots = nodes.filter(({ index, isTop }) => isTop || !contained.has(index)).map(({ index }) => index)
  const depths = new Map(roots.map((root) => [root, 0]))
  const parents = new Map<number, number>()
  const queue = [...roots]
  for (let at = 0; at < queue.length; at++) {
    const parent = queue[at] ?? 0
    const depth = (depths.get(parent) ?? 0) + 1
    for (const child of nodes[parent]?.children ?? []) {
      if (depths.has(child) || isCircular(parent, child)) continue
      depths.set(child, depth < maxDepth ? depth : 0)
      if (depth < maxDepth) parents.set(child, parent)
      else roots.push(child)
      queue.push(child)
    }
  }
  return { roots, parents, isCircular, order }
}
