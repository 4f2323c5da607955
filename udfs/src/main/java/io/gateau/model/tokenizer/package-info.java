/**
 * What a tokenizer.json says: which tokens are special, where a text may be cut without changing
 * its tokens, and faults that the tokenizers library would not survive. It imports the JDK and
 * Jackson and nothing of Gateau. Start with {@link io.gateau.model.tokenizer.TokenizerFile}.
 */
package io.gateau.model.tokenizer;
