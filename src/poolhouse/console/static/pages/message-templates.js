// What users are written: the code that verifies an address, and the invitation.

import { html } from "../html.js";
import { Area, Choice, Form, Text } from "../parts/forms.js";
import { Card, Heading, Loaded, useLoad } from "../parts/shown.js";
import { readPool, updatePool } from "../pool-api.js";

const CODE = "{####} stands for the code.";
const INVITATION = "{username} and {####} stand for the user name and the temporary password.";

// Fields that are left empty are the service's own texts.
const given = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value));

function Verification({ pool, save }) {
  const template = pool.VerificationMessageTemplate ?? {};
  const initial = {
    kind: template.DefaultEmailOption ?? "CONFIRM_WITH_CODE",
    subject: template.EmailSubject ?? "",
    message: template.EmailMessage ?? "",
    sms: template.SmsMessage ?? "",
    linkSubject: template.EmailSubjectByLink ?? "",
    link: template.EmailMessageByLink ?? "",
  };
  const submit = ({ kind, subject, message, sms, linkSubject, link }) =>
    save(() => ({
      // The older members say the same and must not say otherwise.
      EmailVerificationMessage: undefined,
      EmailVerificationSubject: undefined,
      SmsVerificationMessage: undefined,
      VerificationMessageTemplate: {
        DefaultEmailOption: kind,
        ...given({ EmailSubject: subject, EmailMessage: message, SmsMessage: sms, EmailSubjectByLink: linkSubject, EmailMessageByLink: link }),
      },
    }));
  return html`<${Card} title="Verification"><${Form} initial=${initial} onSubmit=${submit} submit="Save verification message" label="Verification">${(f) => html`
    <${Choice} f=${f} name="kind" label="By" options=${[["CONFIRM_WITH_CODE", "A code"], ["CONFIRM_WITH_LINK", "A link"]]} />
    <${Text} f=${f} name="subject" label="E-mail subject" /><${Area} f=${f} name="message" label="E-mail message" hint=${CODE} />
    ${f.values.kind === "CONFIRM_WITH_LINK" && html`<${Text} f=${f} name="linkSubject" label="E-mail subject, by link" />
      <${Area} f=${f} name="link" label="E-mail message, by link" hint="{##Verify##} becomes the link." />`}
    <${Area} f=${f} name="sms" label="SMS message" hint=${CODE} rows=${2} />`}<//><//>`;
}

function Invitation({ pool, save }) {
  const template = pool.AdminCreateUserConfig?.InviteMessageTemplate ?? {};
  const initial = { subject: template.EmailSubject ?? "", message: template.EmailMessage ?? "", sms: template.SMSMessage ?? "" };
  const submit = ({ subject, message, sms }) =>
    save(({ AdminCreateUserConfig: { UnusedAccountValidityDays: _, ...config } = {} }) => ({
      AdminCreateUserConfig: { ...config, InviteMessageTemplate: given({ EmailSubject: subject, EmailMessage: message, SMSMessage: sms }) },
    }));
  return html`<${Card} title="Invitation"><${Form} initial=${initial} onSubmit=${submit} submit="Save invitation" label="Invitation">${(f) => html`
    <${Text} f=${f} name="subject" label="E-mail subject" /><${Area} f=${f} name="message" label="E-mail message" hint=${INVITATION} />
    <${Area} f=${f} name="sms" label="SMS message" hint=${INVITATION} rows=${2} />`}<//><//>`;
}

export function MessageTemplates({ id }) {
  const found = useLoad(() => readPool(id), [id]);
  const save = async (changes) => {
    await updatePool(id, changes);
    found.reload();
  };
  return html`<${Heading} title="Message templates" lead="A text that is left empty is the service's own." />
    <${Loaded} of=${found}>${(pool) => html`<${Verification} pool=${pool} save=${save} /><${Invitation} pool=${pool} save=${save} />`}<//>`;
}
