// Before anything is painted. A file of its own, since the page's policy lets no inline script run.
(() => {
  // Whoever chose light or dark here does not see the other one flash by. The key is the one that Mantine writes.
  const chosen = localStorage.getItem("glovebox-colour-scheme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");

  // Most pages stand in the shell of the chat: its scripts, which the build names here, come beside those that ask for
  // them, and not behind.
  const { chat } = document.currentScript.dataset;
  if (!chat || !/^\/($|p\/|org\/|account)/.test(location.pathname)) return;
  for (const href of chat.split(" ")) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = href;
    document.head.append(link);
  }
})();
