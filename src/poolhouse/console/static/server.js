// What the page was told about the server it came from.

const told = (name) => document.querySelector(`meta[name="poolhouse-${name}"]`).content;

export const MODE = told("mode");
export const REGION = told("region");
export const VERSION = told("version");
export const IS_DEVELOPMENT = MODE === "development";
