// Keeps the dashboard up to date. The server sends sections that changed; what is the same in them stays as it is, so
// that focus, scroll position and loaded pictures survive.

const sameKind = (node, wanted) => node.nodeType === wanted.nodeType && node.nodeName === wanted.nodeName

const copyAttributes = (from, wanted) => {
  for (const { name } of Array.from(from.attributes)) if (!wanted.hasAttribute(name)) from.removeAttribute(name)
  for (const { name, value } of wanted.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value)
}

/** Changes an element's content to that of another; children with an id are recognised by it. */
const become = (from, wanted) => {
  const byId = new Map([...from.children].filter(({ id }) => id !== "").map((child) => [child.id, child]))
  let place = from.firstChild
  for (const next of Array.from(wanted.childNodes)) {
    const known = next.id ? byId.get(next.id) : place !== null && !place.id && sameKind(place, next) ? place : undefined
    if (known === undefined || !sameKind(known, next)) {
      from.insertBefore(next, place)
      continue
    }
    if (known === place) place = place.nextSibling
    else from.insertBefore(known, place)
    if (known.isEqualNode(next)) continue
    if (known.nodeType === Node.ELEMENT_NODE) {
      copyAttributes(known, next)
      become(known, next)
    } else known.nodeValue = next.nodeValue
  }
  while (place !== null) {
    const after = place.nextSibling
    place.remove()
    place = after
  }
}

const show = ({ id, html }) => {
  const section = document.getElementById(id)
  const wanted = document.createElement("template")
  wanted.innerHTML = html
  if (section !== null) become(section, wanted.content)
}

const live = document.getElementById("live")
const say = (text, on) => {
  live.textContent = text
  live.classList.toggle("on", on)
}

let source
let again

const listen = () => {
  source = new EventSource(`/_sandbox/events${location.search}`)
  source.addEventListener("open", () => say("Live: what happens shows at once.", true))
  source.addEventListener("error", () => {
    say("Not connected. It goes on as soon as the sandbox answers.", false)
    // A browser gives up where it is refused, as one page too many is.
    if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, 3000)
  })
  source.addEventListener("fragment", ({ data }) => show(JSON.parse(data)))
}

// A page that nobody looks at would hold one of the few connections that a browser has for a server.
document.addEventListener("visibilitychange", () => {
  clearTimeout(again)
  source.close()
  if (!document.hidden) listen()
})

// A switch works without leaving the page; the server sends what it changed.
document.addEventListener("submit", async (event) => {
  const form = event.target
  event.preventDefault()
  const body = new URLSearchParams(new FormData(form))
  try {
    const reply = await fetch(form.action, { method: "POST", body })
    if (!reply.ok) location.reload()
  } catch {
    say("Nothing was switched: the sandbox does not answer.", false)
  }
})

listen()
