/** Milliseconds: Node's timers cannot wait longer, and would end at once. */
export const longestWait = 2 ** 31 - 1;
