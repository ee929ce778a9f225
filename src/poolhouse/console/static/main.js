// The page's frame: who is signed in, where one is, and the page that belongs there.

import * as credentials from "./credentials.js";
import { routes } from "./pages/routes.js";
import { SignIn } from "./pages/sign-in.js";
import { match, place } from "./router.js";
import { Navigation } from "./parts/navigation.js";
import { Empty, ErrorBox, Loading } from "./parts/shown.js";
import { IS_DEVELOPMENT, VERSION } from "./server.js";
import { Component, html, render, useEffect, useState } from "./html.js";

// A page whose code is fetched when somebody goes there.
function Page({ load, given }) {
  const [found, set] = useState({});
  useEffect(() => {
    let wanted = true;
    load().then(
      (component) => wanted && set({ load, component }),
      (error) => wanted && set({ load, error }),
    );
    return () => (wanted = false);
  }, [load]);
  if (found.load !== load) return html`<${Loading} />`;
  if (found.error) return html`<${ErrorBox} error=${found.error} />`;
  return html`<${found.component} key=${JSON.stringify(given)} ...${given} />`;
}

// A page that fails takes nothing else with it.
class Guard extends Component {
  componentDidCatch(error) {
    this.setState({ error });
  }

  componentDidUpdate(before) {
    if (before.where !== this.props.where && this.state.error) this.setState({ error: null });
  }

  render({ children }, { error }) {
    return error ? html`<${ErrorBox} error=${error} title="This page failed" />` : children;
  }
}

function useAddress() {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const changed = () => set(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return hash;
}

function App() {
  const hash = useAddress();
  const [key, setKey] = useState(credentials.current);
  const [menu, setMenu] = useState(false);
  useEffect(() => credentials.listen(() => setKey(credentials.current())), []);
  useEffect(() => setMenu(false), [hash]);
  if (!key) return html`<${SignIn} />`;
  const { parts } = place();
  const found = match(routes, parts);
  const skip = (event) => (event.preventDefault(), document.querySelector("main").focus());
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the page</a>
    <header class="top">
      <button type="button" class="menu" aria-expanded=${menu} aria-controls="navigation" onClick=${() => setMenu(!menu)}>Menu</button>
      <a class="brand" href="#/pools"><img src="/console/static/icon.svg" alt="" width="24" height="24" />poolhouse</a>
      <span class="quiet version">${VERSION}</span>
      <span class="grow"></span>
      ${IS_DEVELOPMENT && html`<span class="badge development" title="The server takes any credentials, so the console signed in by itself.">development: any credentials do</span>`}
      <span class="who"><span class="key">${key.accessKeyId} · </span>${key.region}</span>
      <button type="button" class="small" onClick=${credentials.forget}>Sign out</button>
    </header>
    <div class="frame">
      <${Navigation} parts=${parts} open=${menu} />
      <main id="main" tabindex="-1"><${Guard} where=${hash}>
        ${found ? html`<${Page} load=${found.page} given=${found.given} />` : html`<${Empty} title="There is no such page."><p><a href="#/pools">To the user pools</a></p><//>`}
      <//></main>
    </div>`;
}

render(html`<${App} />`, document.getElementById("console"));
