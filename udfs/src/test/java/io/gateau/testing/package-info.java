/**
 * What tests of all modules share: tiny random checkpoints and ways to damage them, a naive decoder
 * in plain double loops, its signals as golden numbers, and the checkpoints of the model families.
 * It imports the JDK, Jackson, JUnit and, for the tokenizer alone, DJL's binding of Hugging Face
 * tokenizers; it shares no code with the program. Start with {@link
 * io.gateau.testing.TinyCheckpoint}, then {@link io.gateau.testing.NaiveDecoder}.
 */
package io.gateau.testing;
