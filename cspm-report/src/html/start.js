// Everything, from the top of the page to its end.
function showTheme() {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const name = () => { byId("theme").textContent = dark() ? "Light" : "Dark"; };
  byId("theme").addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; name(); });
  prefersDark.addEventListener("change", name);
  name();
}

showTheme();
showOverview();
showFilters();
showHead();
if (data.summary.fail + data.summary.unknown === 0) filter.standing.clear();
refresh();
showCoverage();
showMore();
