/**
 * What every user of DJL's libraries shares: what it says before the first call, and what it makes
 * of a device that no longer answers. It imports the JDK alone. Start with {@link
 * io.gateau.model.djl.DjlSettings}.
 */
package io.gateau.model.djl;
