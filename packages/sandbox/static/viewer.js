// Opens the page's manifest in Mirador.

const { manifest, page } = document.getElementById("viewer").dataset

globalThis.Mirador.viewer({
  id: "viewer",
  windows: [{ manifestId: manifest, canvasIndex: Number(page) - 1, thumbnailNavigationPosition: "far-bottom" }],
  window: { allowClose: false, allowFullscreen: true, allowMaximize: false, sideBarOpen: innerWidth > 800 },
  workspace: { allowNewWindows: false },
  workspaceControlPanel: { enabled: false },
  // The page has an origin of its own (its policy says `sandbox`), so the pictures come from another.
  osdConfig: {
    crossOriginPolicy: "Anonymous",
    ...(matchMedia("(prefers-reduced-motion: reduce)").matches ? { animationTime: 0 } : {})
  }
})
