/**
 * What yes and no are made of: SSH keys and signatures, the statements that people sign, the texts that an environment
 * signs, and the one JSON form that is hashed. Nothing in here decides whether a release may run; it only says what is
 * genuine.
 */
package dev.slipway.trust;
