// What components are written with: Preact, its hooks, and htm in place of a build step.

import htm from "./vendor/htm.js";
import { h } from "./vendor/preact.js";

export const html = htm.bind(h);
export { Component, render } from "./vendor/preact.js";
export { useEffect, useMemo, useRef, useState } from "./vendor/preact-hooks.js";
