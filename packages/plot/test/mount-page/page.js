// The page of mount.browser.test.ts. It works on its own at load, because code that a driver evaluates is exempt from the
// content security policy; results are left in `results`.
import { makeFigure } from "../../src/figure.ts";

const violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  violations.push(`${violatedDirective}: ${blockedURI}`),
);

const listening = new Set();
const { addEventListener, removeEventListener } = EventTarget.prototype;
const keyOf = (target, type, listener) =>
  [...listening].find((one) => one.target === target && one.type === type && one.listener === listener);
EventTarget.prototype.addEventListener = function (type, listener, options) {
  if (!keyOf(this, type, listener)) listening.add({ target: this, type, listener });
  return addEventListener.call(this, type, listener, options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  listening.delete(keyOf(this, type, listener));
  return removeEventListener.call(this, type, listener, options);
};
/** Listeners on what is part of the page: nodes that were taken out take theirs along. */
const listeners = () =>
  [...listening]
    .filter(({ target }) => !(target instanceof Node) || target.isConnected)
    .filter(({ target }) => target instanceof Node || target === window)
    .map(({ target, type }) => `${target.nodeName ?? "window"} ${type}`)
    .sort();

const stage = document.querySelector("#stage");
const figures = new Map(
  (await (await fetch("/figures.json")).json()).map(({ name, ...parts }) => [
    name,
    makeFigure({ ...parts, table: () => [] }),
  ]),
);

const shown = () => [...stage.querySelectorAll("[role=img]")].map((node) => node.getAttribute("aria-label"));
const scenarios = {
  async still() {
    return mountAll({});
  },
  async interactive() {
    return mountAll({ interactive: true });
  },
  async updates() {
    const [first, second, third] = figures.values();
    const mounted = await first.mount(stage);
    const steps = [shown()];
    await mounted.update(second);
    steps.push(shown());
    const drawn = [];
    const observer = new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) drawn.push(node.ariaLabel);
    });
    observer.observe(stage, { childList: true });
    await Promise.all([mounted.update(second), mounted.update(first), mounted.update(third)]);
    await new Promise((done) => setTimeout(done));
    observer.disconnect();
    steps.push(drawn, shown());
    const message = await mounted.update(figures.get("broken")).catch((error) => `${error.name}: ${error.message}`);
    steps.push(shown());
    const late = mounted.update(first);
    mounted.remove();
    await late;
    await mounted.update(third);
    mounted.remove();
    steps.push(shown());
    return { steps, message, left: stage.innerHTML };
  },
  async remove() {
    stage.innerHTML = "<p>Mine</p>";
    const counts = [listeners()];
    const mounted = await figures.get("patched").mount(stage, { interactive: true });
    counts.push(listeners());
    await mounted.update(figures.get("patched"));
    counts.push(listeners());
    mounted.remove();
    counts.push(listeners());
    const still = await figures.get("patched").mount(stage);
    counts.push(listeners().filter((one) => one.startsWith("window")));
    still.remove();
    counts.push(listeners());
    return { counts, left: stage.innerHTML };
  },
  async pointer() {
    for (const name of ["patched", "points"]) await figures.get(name).mount(stage, { interactive: true });
    await figures.get("patched").mount(stage);
  },
  async evaluated() {
    return new Function("return 'the policy is off'")();
  },
};

async function mountAll(options) {
  const pictures = {};
  for (const [name, figure] of figures) {
    if (name === "broken") continue;
    await figure.mount(stage, options);
    pictures[name] = stage.lastElementChild.outerHTML;
  }
  return pictures;
}

const scenario = scenarios[new URLSearchParams(location.search).get("scenario")];
const value = await scenario().catch((error) => ({ error: String(error.stack) }));
await new Promise((done) => setTimeout(done, 50)); // violations are reported by a task of their own
globalThis.results = { value, violations };
document.documentElement.dataset.done = "";
