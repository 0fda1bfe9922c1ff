/** What Node itself costs. */
process.exitCode = 0
