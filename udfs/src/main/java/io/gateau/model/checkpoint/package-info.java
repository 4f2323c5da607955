/**
 * Checkpoints in Hugging Face's format: config.json and what it means for each model family, the
 * headers and bytes of safetensors files, the tokenizer. Imports the JDK, Jackson, commons-codec
 * and, for the tokenizer alone, {@code ai.djl.huggingface.tokenizers}; no engine, and of this
 * program {@code model.tokenizer} and {@code model.djl}. Start with {@link
 * io.gateau.model.checkpoint.Checkpoint}, then {@link io.gateau.model.checkpoint.ModelConfig} and
 * {@link io.gateau.model.checkpoint.Family}; rotary scalings are read in {@code
 * RotaryScalingReader}.
 */
package io.gateau.model.checkpoint;
