#!/usr/bin/env bash
# Makes the certificates of this folder anew. The authority's key is not kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch index.txt
cat > openssl.cnf <<'CONF'
[req]
distinguished_name = name
[name]
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = policy
[policy]
commonName = supplied
[root]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[this-machine]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
[another]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
subjectAltName = DNS:other.example
CONF
for who in authority server; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$who.key" 2> /dev/null
done
openssl req -new -config openssl.cnf -key authority.key -subj "/CN=hookwright test authority, worthless" -out authority.csr
openssl req -new -config openssl.cnf -key server.key -subj /CN=localhost -out server.csr

issue() { # issue NAME REQUEST EXTENSIONS END OPTION...
  openssl ca -batch -notext -config openssl.cnf -in "$2.csr" -extensions "$3" \
    -startdate 20200101000000Z -enddate "$4" -out "$1.crt" "${@:5}" 2> /dev/null
}
issue authority authority root 21200101000000Z -selfsign -keyfile authority.key
issue valid server this-machine 21200101000000Z -cert authority.crt -keyfile authority.key
issue wrong-host server another 21200101000000Z -cert authority.crt -keyfile authority.key
issue expired server this-machine 20210101000000Z -cert authority.crt -keyfile authority.key
issue self-signed server this-machine 21200101000000Z -selfsign -keyfile server.key

cp authority.crt "$here/authority.pem"
for name in valid wrong-host expired self-signed; do
  cat "$name.crt" server.key > "$here/$name.pem"
done
