// The modules of this package; import them one by one where start-up time matters.
export {}
