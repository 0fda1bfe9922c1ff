/** Loaded before the command: makes it that of a user who owns nothing, where it would be root's. */
const nobody = 65_534

if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(nobody)
  process.setuid?.(nobody)
}
