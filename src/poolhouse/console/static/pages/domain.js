// The domain that the pages and OAuth endpoints of a pool answer to.

import { cognito } from "../api.js";
import { Choice, Danger, Form, Text } from "../parts/forms.js";
import { Card, Empty, Facts, Heading, Loaded, useLoad } from "../parts/shown.js";
import { readPool } from "../pool-api.js";
import { html } from "../html.js";

async function ask(id) {
  const pool = await readPool(id);
  const names = [pool.Domain, pool.CustomDomain].filter(Boolean);
  const found = await Promise.all(names.map((Domain) => cognito("DescribeUserPoolDomain", { Domain })));
  return found.map((each) => each.DomainDescription);
}

const LOOKS = [["1", "Classic pages"], ["2", "Managed login"]];

export function Domain({ id }) {
  const found = useLoad(() => ask(id), [id]);
  const create = async ({ domain, certificate, version }) => {
    await cognito("CreateUserPoolDomain", {
      UserPoolId: id,
      Domain: domain,
      ManagedLoginVersion: Number(version),
      ...(certificate && { CustomDomainConfig: { CertificateArn: certificate } }),
    });
    found.reload();
  };
  const drop = (Domain) => async () => (await cognito("DeleteUserPoolDomain", { UserPoolId: id, Domain }), found.reload());
  return html`<${Heading} title="Domain" lead="The sign-in pages are also at this server's own address, below the pool's ID." />
    <${Loaded} of=${found}>${(domains) => html`
      ${domains.length === 0 && html`<${Empty} title="No domain yet." />`}
      ${domains.map((each) => html`<${Card} key=${each.Domain} title=${each.Domain} actions=${html`<${Danger} label="Delete" question=${`Delete the domain ${each.Domain}?`} action=${drop(each.Domain)} />`}>
        <${Facts} entries=${[["Status", each.Status], ["Pages", LOOKS.find(([version]) => version === String(each.ManagedLoginVersion ?? 1))?.[1]], ["Certificate", each.CustomDomainConfig?.CertificateArn]]} /><//>`)}
      <${Card} title="Create domain"><${Form} key=${domains.length} submit="Create domain" initial=${{ domain: "", certificate: "", version: "2" }} onSubmit=${create} label="Create domain">${(f) => html`
        <${Text} f=${f} name="domain" label="Domain" required hint="A prefix, or with a certificate a whole name." />
        <${Text} f=${f} name="certificate" label="Certificate ARN" hint="For a custom domain." />
        <${Choice} f=${f} name="version" label="Pages" options=${LOOKS} />`}<//><//>`}<//>`;
}
