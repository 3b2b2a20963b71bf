/** Keyboard: a map from key to action, silent while somebody types or while a button has the key already. */
export function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=range]), textarea, select, [contenteditable]")) return;
    // Space and Enter on a focused control belong to that control; a slider has no use for them.
    if ((event.key === " " || event.key === "Enter") && event.target.closest("button, a, input:not([type=range]), summary, audio, [role=button]")) return;
    // The arrow keys move what is made to be moved by them.
    if (event.defaultPrevented || (event.key.startsWith("Arrow") && event.target.closest("input, audio, [role=slider]"))) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
