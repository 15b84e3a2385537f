#!/usr/bin/env python3
"""Prints the vectors of vectors.jsonl with other programs. README.md says how it is run.

Salts are random, so every run prints other hashes; all of them must verify.
"""

import base64
import hashlib
import hmac
import importlib.metadata
import json
import os
import struct
import subprocess

import django
from django.conf import settings

settings.configure(PASSWORD_HASHERS=["django.contrib.auth.hashers." + name for name in (
    "PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "ScryptPasswordHasher", "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher", "Argon2PasswordHasher", "MD5PasswordHasher")])
django.setup()

from django.contrib.auth import hashers
from passlib import hash as passlib
from werkzeug.security import generate_password_hash

PASSWORDS = ["correct horse", "Zwölf Boxkämpfer 東京", "a", "0123456789abcdef" * 5]


def package(name):
    return f"{name} {importlib.metadata.version(name)}, PyPI"


def debian(name):
    return name + " " + subprocess.check_output(["dpkg-query", "-W", "-f", "${Version}", name], text=True) + ", Debian"


def put(program, scheme, password, text, **more):
    print(json.dumps({"program": program, "scheme": scheme, "password": password, "hash": text, **more},
                     ensure_ascii=False))


def command(*words, given=None):
    return subprocess.run(words, input=given, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def from_passlib():
    made = [
        ("bcrypt", passlib.bcrypt.using(rounds=4), None),
        ("bcrypt", passlib.bcrypt.using(rounds=4, ident="2a"), None),
        ("bcrypt", passlib.bcrypt.using(rounds=5, ident="2y"), None),
        ("bcrypt over SHA-256", passlib.bcrypt_sha256.using(rounds=4), None),
        ("bcrypt over SHA-256", passlib.bcrypt_sha256.using(rounds=5, version=1), None),
        ("Argon2", passlib.argon2.using(type="ID", memory_cost=64, rounds=2), None),
        ("Argon2", passlib.argon2.using(type="I", memory_cost=64, rounds=1), None),
        ("Argon2", passlib.argon2.using(type="D", memory_cost=128, rounds=1, parallelism=2), None),
        ("scrypt", passlib.scrypt.using(rounds=4), None),
        ("scrypt", passlib.scrypt.using(rounds=8, block_size=4, parallelism=2), None),
        ("scrypt", passlib.scrypt.using(rounds=4, ident="$7$"), None),
        ("PBKDF2", passlib.pbkdf2_sha1.using(rounds=7), None),
        ("PBKDF2", passlib.pbkdf2_sha256.using(rounds=11), None),
        ("PBKDF2", passlib.pbkdf2_sha512.using(rounds=13, salt_size=33), None),
        ("PBKDF2", passlib.ldap_pbkdf2_sha1.using(rounds=3), None),
        ("PBKDF2", passlib.ldap_pbkdf2_sha256.using(rounds=3), None),
        ("PBKDF2", passlib.ldap_pbkdf2_sha512.using(rounds=3), None),
        ("PBKDF2", passlib.django_pbkdf2_sha256.using(rounds=5), None),
        ("SHA-crypt", passlib.sha256_crypt.using(rounds=1000), None),
        ("SHA-crypt", passlib.sha256_crypt.using(rounds=5000), None),
        ("SHA-crypt", passlib.sha512_crypt.using(rounds=1001), None),
        ("SHA-crypt", passlib.sha512_crypt.using(rounds=5000, salt_size=3), None),
        ("SHA-crypt", passlib.ldap_sha512_crypt.using(rounds=1000), None),
        ("MD5-crypt", passlib.md5_crypt, None),
        ("MD5-crypt", passlib.md5_crypt.using(salt_size=2), None),
        ("MD5-crypt", passlib.apr_md5_crypt, None),
        ("phpass", passlib.phpass.using(rounds=7), None),
        ("phpass", passlib.phpass.using(rounds=8, ident="$H$"), None),
        ("directory", passlib.ldap_sha1, None),
        ("directory", passlib.ldap_md5, None),
        ("directory", passlib.ldap_salted_sha1, None),
        ("directory", passlib.ldap_salted_sha1.using(salt_size=16), None),
        ("directory", passlib.ldap_salted_sha256, None),
        ("directory", passlib.ldap_salted_sha512, None),
        ("directory", passlib.ldap_salted_md5, None),
        ("sha1$salt$", passlib.django_salted_sha1, None),
        ("sha1$salt$", passlib.django_salted_md5, None),
        ("digest", passlib.hex_md5, "md5(password)"),
        ("digest", passlib.hex_sha1, "sha1(password)"),
        ("digest", passlib.hex_sha256, "sha256(password)"),
        ("digest", passlib.hex_sha512, "sha512(password), hex"),
    ]
    for scheme, handler, template in made:
        for password in PASSWORDS:
            more = {"template": template} if template else {}
            put(package("passlib"), scheme, password, handler.hash(password), **more)


def from_django():
    made = [
        ("PBKDF2", hashers.PBKDF2PasswordHasher(), {"iterations": 17}),
        ("PBKDF2", hashers.PBKDF2SHA1PasswordHasher(), {"iterations": 19}),
        ("scrypt", hashers.ScryptPasswordHasher(), {"n": 16, "r": 2, "p": 3}),
        ("sha1$salt$", hashers.MD5PasswordHasher(), {}),
    ]
    for password in PASSWORDS:
        for scheme, hasher, more in made:
            put(package("Django"), scheme, password, hasher.encode(password, hasher.salt(), **more))
        for scheme, hasher in (("bcrypt over SHA-256", hashers.BCryptSHA256PasswordHasher()),
                               ("bcrypt", hashers.BCryptPasswordHasher())):
            hasher.rounds = 4
            if scheme == "bcrypt" and len(password.encode()) > 72:
                continue
            put(package("Django"), scheme, password, hasher.encode(password, hasher.salt()))
        argon2 = hashers.Argon2PasswordHasher()
        argon2.memory_cost, argon2.time_cost, argon2.parallelism = 64, 1, 1
        put(package("Django"), "Argon2", password, argon2.encode(password, argon2.salt()))


def from_werkzeug():
    for password in PASSWORDS:
        for scheme, method in (("scrypt", "scrypt:1024:8:1"), ("PBKDF2", "pbkdf2:sha256:23"),
                               ("PBKDF2", "pbkdf2:sha1:29"), ("PBKDF2", "pbkdf2:sha512:31")):
            put(package("Werkzeug"), scheme, password, generate_password_hash(password, method))
        # What Werkzeug 2.2 and older wrote for the method "sha256": an HMAC. Its present releases do not write it any
        # more, so hmac of Python makes it.
        digits = hmac.new(b"saltysalt", password.encode(), hashlib.sha256).hexdigest()
        put("hmac of Python, as Werkzeug 2.2 did", "sha1$salt$", password, f"sha256$saltysalt${digits}")


def from_debian():
    openssl, htpasswd, mkpasswd, slappasswd = map(debian, ("openssl", "apache2-utils", "whois", "slapd"))
    for password in PASSWORDS:
        for option, scheme in (("-1", "MD5-crypt"), ("-apr1", "MD5-crypt"), ("-5", "SHA-crypt"), ("-6", "SHA-crypt")):
            put(openssl, scheme, password, command("openssl", "passwd", option, "-stdin", given=password))
        for option, scheme in (("-m", "MD5-crypt"), ("-B", "bcrypt"), ("-s", "directory"), ("-2", "SHA-crypt"),
                               ("-5", "SHA-crypt")):
            line = command("htpasswd", "-n", "-i", option, "name", given=password)
            put(htpasswd, scheme, password, line.split(":", 1)[1])
        for method, rounds, scheme in (("yescrypt", "1", "yescrypt"), ("yescrypt", "5", "yescrypt"),
                                       ("scrypt", "6", "scrypt"), ("sha512crypt", "1000", "SHA-crypt"),
                                       ("sha256crypt", None, "SHA-crypt"), ("md5crypt", None, "MD5-crypt"),
                                       ("bcrypt", "4", "bcrypt"), ("bcrypt-a", "4", "bcrypt")):
            more = [f"--rounds={rounds}"] if rounds else []
            put(mkpasswd, scheme, password, command("mkpasswd", "-m", method, *more, "--stdin", given=password))
        for name in ("{SSHA}", "{SHA}", "{SMD5}", "{MD5}"):
            put(slappasswd, "directory", password, command("slappasswd", "-n", "-h", name, "-s", password))
        for salt, scheme in (("$6$%.8s", "SHA-crypt"), ("$1$%.8s", "MD5-crypt")):
            text = command("slappasswd", "-n", "-h", "{CRYPT}", "-c", salt, "-s", password)
            put(slappasswd, scheme, password, text)
        for module, name in (("pw-sha2", "{SSHA256}"), ("pw-sha2", "{SSHA512}"), ("pw-sha2", "{SHA384}"),
                             ("pw-sha2", "{SSHA384}"), ("pw-sha2", "{SHA256}"), ("pw-sha2", "{SHA512}")):
            text = command("slappasswd", "-n", "-o", "module-path=/usr/lib/ldap", "-o", f"module-load={module}",
                           "-h", name, "-s", password)
            put(slappasswd, "directory", password, text)


PHP = r"""
foreach (explode("\n", stream_get_contents(STDIN)) as $line) {
    [$password, $iterations] = [base64_decode($line), 3];
    // Symfony's MessageDigestPasswordEncoder: password{salt}, then each digest followed by that again.
    $salted = $password . '{pepper-and-salt}';
    $digest = hash('sha512', $salted, true);
    for ($i = 1; $i < $iterations; $i++) { $digest = hash('sha512', $digest . $salted, true); }
    echo json_encode([
        password_hash($password, PASSWORD_BCRYPT, ['cost' => 4]),
        base64_encode($digest),
        md5(md5($password) . 'vB!'),
        hash_hmac('sha256', $password, 'key$of"rows'),
        sha1('static-' . $password),
    ]), "\n";
}
"""


def from_php():
    program = "PHP " + command("php", "-r", "echo PHP_VERSION;")
    given = "\n".join(base64.b64encode(password.encode()).decode() for password in PASSWORDS)
    lines = command("php", "-r", PHP, given=given).split("\n")
    for password, line in zip(PASSWORDS, lines, strict=True):
        bcrypt, symfony, nested, keyed, static = json.loads(line)
        put(program, "bcrypt", password, bcrypt)
        put(program, "digest", password, symfony, salt="pepper-and-salt",
            template='sha512(password + "{" + salt + "}"), base64, iterations=3, again=digest+input')
        put(program, "digest", password, nested, salt="vB!", template="md5(md5(password) + salt)")
        put(program, "digest", password, keyed, salt='key$of"rows', template="hmac-sha256(salt, password)")
        put(program, "digest", password, static, template='sha1("static-" + password)')


DRUPAL64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def drupal64(data):
    number, text = int.from_bytes(data, "little"), ""
    for _ in range((len(data) * 8 + 5) // 6):
        number, text = number >> 6, text + DRUPAL64[number & 63]
    return text


def by_layout():
    """Formats whose programs are not in Debian or PyPI, from their documentation, with Python's hashlib."""
    for password in PASSWORDS:
        secret = password.encode()
        salt = os.urandom(16)
        v2 = b"\0" + salt + hashlib.pbkdf2_hmac("sha1", secret, salt, 1000, 32)
        put("layout of ASP.NET Identity 2", "ASP.NET Identity", password, base64.b64encode(v2).decode())
        for prf, name, rounds, length in ((0, "sha1", 100, 16), (1, "sha256", 10000, 32), (2, "sha512", 500, 32)):
            header = b"\1" + struct.pack(">III", prf, rounds, len(salt))
            v3 = header + salt + hashlib.pbkdf2_hmac(name, secret, salt, rounds, length)
            put("layout of ASP.NET Identity 3", "ASP.NET Identity", password, base64.b64encode(v3).decode())
        for before, made_of in (("", secret), ("U", hashlib.md5(secret).hexdigest().encode())):
            settings_text = "$S$" + DRUPAL64[9] + drupal64(os.urandom(6))
            digest = hashlib.sha512(settings_text[4:].encode() + made_of).digest()
            for _ in range(1 << 9):
                digest = hashlib.sha512(digest + made_of).digest()
            put("layout of Drupal 7", "Drupal 7", password, before + (settings_text + drupal64(digest))[:55])
        membership = hashlib.sha1(salt + password.encode("utf-16-le")).digest()
        put("hashlib of Python, as ASP.NET Membership did", "digest", password, base64.b64encode(membership).decode(),
            salt=base64.b64encode(salt).decode(), template="sha1(salt + utf16(password)), base64, salt=base64")
        shiro = hashlib.sha256(salt + secret).digest()
        for _ in range(1023):
            shiro = hashlib.sha256(shiro).digest()
        put("hashlib of Python, as Apache Shiro did", "digest", password, shiro.hex(), salt=salt.hex(),
            template="sha256(salt + password), hex, salt=hex, iterations=1024")
        digits = hashlib.sha224(secret).hexdigest()
        for _ in range(4):
            digits = hashlib.sha224(digits.encode()).hexdigest()
        put("hashlib of Python", "digest", password, digits.upper(),
            template="sha224(password), iterations=5, again=hex")
        put("hashlib of Python", "digest", password, hashlib.sha384(secret + b"NaCl" + secret).hexdigest(), salt="NaCl",
            template="sha384(password + salt + password)")


from_passlib()
from_django()
from_werkzeug()
from_debian()
from_php()
by_layout()
