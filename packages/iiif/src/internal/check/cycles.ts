/**
 * The groups of nodes that contain each other, by a number for each group; nodes in no such group are left out. Takes
 * time in proportion to nodes and edges (Tarjan's algorithm, with its own stack).
 */
export const cyclic = (
  nodes: Iterable<string>,
  edges: (node: string) => ReadonlyArray<string>
): ReadonlyMap<string, number> => {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const open: Array<string> = []
  const isOpen = new Set<string>()
  const groups = new Map<string, number>()
  const begin = (node: string) => {
    order.set(node, order.size)
    low.set(node, order.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, next: edges(node), index: 0 }
  }
  const lower = (node: string, to: number | undefined) => {
    low.set(node, Math.min(low.get(node) ?? 0, to ?? Infinity))
  }
  const close = (node: string) => {
    if (low.get(node) !== order.get(node)) return
    const group = open.splice(open.lastIndexOf(node))
    for (const member of group) {
      isOpen.delete(member)
      if (group.length > 1) groups.set(member, order.get(node) ?? 0)
    }
  }
  for (const start of nodes) {
    if (order.has(start)) continue
    const path = [begin(start)]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.next[top.index++]
      if (next === undefined) {
        close(top.node)
        path.pop()
        const above = path.at(-1)
        if (above !== undefined) lower(above.node, low.get(top.node))
      } else if (!order.has(next)) path.push(begin(next))
      else if (isOpen.has(next)) lower(top.node, order.get(next))
    }
  }
  return groups
}
