// Before anything is painted: whoever chose light or dark here does not see the other one flash by.
// A file of its own, since the page's policy lets no inline script run. The key is the one that Mantine writes.
(() => {
  const chosen = localStorage.getItem("glovebox-colour-scheme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
