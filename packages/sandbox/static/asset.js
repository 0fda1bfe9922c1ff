// Opens the page's image in OpenSeadragon, with buttons of the page in place of its icons.

const element = document.getElementById("viewer")

const viewer = globalThis.OpenSeadragon({
  element,
  tileSources: element.dataset.info,
  crossOriginPolicy: "Anonymous",
  showNavigationControl: false,
  showNavigator: true,
  navigatorPosition: "BOTTOM_RIGHT",
  gestureSettingsMouse: { clickToZoom: true },
  maxZoomPixelRatio: 2,
  ...(matchMedia("(prefers-reduced-motion: reduce)").matches ? { animationTime: 0 } : {})
})

// It takes the focus and its own keys, so it needs a name that says which.
viewer.canvas.setAttribute("role", "application")
viewer.canvas.setAttribute("aria-label", "Picture: arrow keys move it, + and - zoom, 0 resets the zoom, R rotates")

const onClick = (id, act) => document.getElementById(id).addEventListener("click", act)
const zoomBy = (factor) => {
  viewer.viewport.zoomBy(factor)
  viewer.viewport.applyConstraints()
}

onClick("zoom-in", () => zoomBy(1.6))
onClick("zoom-out", () => zoomBy(1 / 1.6))
onClick("rotate", () => viewer.viewport.setRotation(viewer.viewport.getRotation() + 90))
onClick("reset", () => {
  viewer.viewport.setRotation(0)
  viewer.viewport.goHome()
})
