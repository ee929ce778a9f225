// A custom sender written for Cognito, word for word as AWS shows it: its KMS is where the environment says.
import { buildClient, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node";

const given = JSON.parse(process.argv[2]);
process.env.AWS_ENDPOINT_URL_KMS = given.url;
process.env.AWS_REGION = "us-east-1";
process.env.AWS_ACCESS_KEY_ID = "AKIATEST";
process.env.AWS_SECRET_ACCESS_KEY = "secret";

const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
const keyring = new KmsKeyringNode({ generatorKeyId: given.key, keyIds: [given.key] });
const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(given.code, "base64"));
console.log(
  JSON.stringify({ code: plaintext.toString(), context: messageHeader.encryptionContext }),
);
