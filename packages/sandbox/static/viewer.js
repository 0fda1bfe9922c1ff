// Opens the page's manifest in Mirador.

const { manifest } = document.getElementById("viewer").dataset

globalThis.Mirador.viewer({
  id: "viewer",
  windows: [{ manifestId: manifest, thumbnailNavigationPosition: "far-bottom" }],
  window: { allowClose: false, allowFullscreen: true, allowMaximize: false, sideBarOpen: true },
  workspace: { allowNewWindows: false },
  workspaceControlPanel: { enabled: false }
})
