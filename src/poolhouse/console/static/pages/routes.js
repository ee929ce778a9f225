// Every address and the page that is shown there.

const users = () => import("./users.js");
const groups = () => import("./groups.js");
const clients = () => import("./clients.js");
const functions = () => import("./functions.js");

export const routes = [
  ["", () => import("./pools.js").then((m) => m.Pools)],
  ["pools", () => import("./pools.js").then((m) => m.Pools)],
  ["pools/create", () => import("./pool-create.js").then((m) => m.CreatePool)],
  ["pools/:id", () => import("./pool.js").then((m) => m.Pool)],
  ["pools/:id/users", () => users().then((m) => m.Users)],
  ["pools/:id/users/create", () => import("./user-create.js").then((m) => m.CreateUser)],
  ["pools/:id/users/of/:name", () => import("./user.js").then((m) => m.User)],
  ["pools/:id/groups", () => groups().then((m) => m.Groups)],
  ["pools/:id/groups/of/:name", () => groups().then((m) => m.Group)],
  ["pools/:id/clients", () => clients().then((m) => m.Clients)],
  ["pools/:id/clients/create", () => clients().then((m) => m.CreateClient)],
  ["pools/:id/clients/of/:client", () => import("./client.js").then((m) => m.Client)],
  ["pools/:id/resource-servers", () => import("./resource-servers.js").then((m) => m.ResourceServers)],
  ["pools/:id/domain", () => import("./domain.js").then((m) => m.Domain)],
  ["pools/:id/providers", () => import("./providers.js").then((m) => m.Providers)],
  ["pools/:id/authentication-methods", () => import("./authentication.js").then((m) => m.AuthenticationMethods)],
  ["pools/:id/sign-up", () => import("./sign-up.js").then((m) => m.SignUp)],
  ["pools/:id/threat-protection", () => import("./threat-protection.js").then((m) => m.ThreatProtection)],
  ["pools/:id/message-templates", () => import("./message-templates.js").then((m) => m.MessageTemplates)],
  ["pools/:id/settings", () => import("./settings.js").then((m) => m.Settings)],
  ["pools/:id/extensions", () => import("./extensions.js").then((m) => m.Extensions)],
  ["pools/:id/properties", () => import("./extensions.js").then((m) => m.Extensions)],
  ["pools/:id/extensions/add", () => import("./trigger-add.js").then((m) => m.AddTrigger)],
  ["pools/:id/preview", () => import("./preview.js").then((m) => m.Preview)],
  ["pools/:id/recordings", () => import("./recordings.js").then((m) => m.Recordings)],
  ["pools/:id/audit", () => import("./audit.js").then((m) => m.Audit)],
  ["pools/:id/governance", () => import("./governance.js").then((m) => m.Governance)],
  ["pools/:id/budgets", () => import("./budgets.js").then((m) => m.Budgets)],
  ["pools/:id/authorization", () => import("./authorization.js").then((m) => m.Authorization)],
  ["functions", () => functions().then((m) => m.Functions)],
  ["functions/create", () => import("./function-create.js").then((m) => m.CreateFunction)],
  ["functions/of/:name", () => import("./function.js").then((m) => m.FunctionPage)],
  ["charts", () => import("./charts.js").then((m) => m.Charts)],
  ["inbox", () => import("./inbox.js").then((m) => m.Inbox)],
];
