package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.LayerConfig.Norms;

/**
 * The architecture of a model as the text that its fingerprint covers. The text is a file format:
 * stored signals are found by it, so it must not change when a class or a component is renamed. Its
 * words are those of the first version.
 */
final class ArchitectureText {
  private ArchitectureText() {}

  static String of(ModelConfig config) {
    return ("ModelConfig[family=%s, layers=%d, hiddenSize=%d, heads=%d, keyValueHeads=%d,"
            + " headSize=%d, feedForwardSize=%d, vocabularySize=%d, normEpsilon=%s,"
            + " tiedEmbeddings=%s, bosToken=%d, blocks=%s, rotary=%s, windowRotary=%s]")
        .formatted(
            config.family(),
            config.layers(),
            config.hiddenSize(),
            config.heads(),
            config.keyValueHeads(),
            config.headSize(),
            config.feedForwardSize(),
            config.vocabularySize(),
            config.normEpsilon(),
            config.tiedEmbeddings(),
            config.bosToken(),
            layers(config.layerConfig()),
            rotary(config.rotary()),
            rotary(config.windowRotary()));
  }

  private static String layers(LayerConfig layers) {
    return ("BlockOptions[norms=%s, headNorms=%s, projections=%s, biased=%s, activation=%s,"
            + " embeddingScale=%s, attentionScale=%s, windows=%s]")
        .formatted(
            layers.norms() == Norms.PRE ? "BEFORE" : "AROUND",
            layers.headNorms(),
            layers.projections(),
            layers.biased(),
            layers.activation(),
            layers.embeddingScale(),
            layers.attentionScale(),
            layers.windows());
  }

  private static String rotary(RotaryEmbedding rotary) {
    return "RotaryEmbedding[rotated=%d, theta=%s, scaling=%s]"
        .formatted(rotary.rotated(), rotary.theta(), rotary.scaling());
  }
}
