
  # ---- Linear layers over prepacked weights: appended to decoder.py by DecoderProgram, for bfloat16 on CPUs that have ----
  # ---- instructions for it ----
  #
  # oneDNN's kernels read weights in an order of their own. Over a plain weight every matrix product copies the weight
  # into that order first; a prepacked weight is kept in it. The activation, the product with the gate and the residual
  # sum are fused into the kernels (docs/decisions/004-prepacked-linear-layers-for-bfloat16.md).

  # A layer's weights as this program keeps them: every matrix in oneDNN's order.
  def prepack(self: __torch__.Decoder, weights: Dict[str, Tensor]) -> Dict[str, Tensor]:
    prepacked = annotate(Dict[str, Tensor], {})
    for name in torch.keys(weights):
      weight = weights[name]
      if torch.dim(weight) == 2:
        weight = ops.mkldnn._reorder_linear_weight(weight, self.tile_tokens)
      torch._set_item(prepacked, name, weight)
    return prepacked

  # activation(x W^T + b); activation is none, swish or gelu.
  def fused_linear(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor], activation: str) -> Tensor:
    bias = annotate(Optional[Tensor], None)
    if name + "_bias" in weights:
      bias = weights[name + "_bias"]
    return ops.mkldnn._linear_pointwise(x, weights[name], bias, activation, annotate(List[Optional[number]], []), "tanh")

  # Writes x W^T + b to out; each head is normed if the family has that norm. x (rows, D), out (rows, heads E).
  def linear_out(self: __torch__.Decoder, x: Tensor, name: str, norm: str, weights: Dict[str, Tensor], out: Tensor) -> Tensor:
    projected = self.fused_linear(x, name, weights, "none")
    if norm in weights:
      projected = self.rms_norm(projected.reshape([x.size(0), -1, self.head_size]), weights[norm]).reshape(out.size())
    return out.copy_(projected)

  # Adds a block's output, inner W^T + b, to the residual stream x (rows, D), after its post norm if the family has one.
  def linear_add_(self: __torch__.Decoder, x: Tensor, inner: Tensor, name: str, post_norm: str, weights: Dict[str, Tensor]) -> Tensor:
    if post_norm in weights:
      return x.add_(self.rms_norm(self.fused_linear(inner, name, weights, "none"), weights[post_norm]))
    bias = annotate(Optional[Tensor], None)
    if name + "_bias" in weights:
      bias = weights[name + "_bias"]
    return x.copy_(ops.mkldnn._linear_pointwise(inner, x, weights[name], bias, "add"))

  # SwiGLU, or GeGLU with gelu: activation(x W_gate^T) times x W_up^T, (rows, D) -> (rows, F).
  def gate_and_up(self: __torch__.Decoder, x: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    activation = "swish"
    if self.gelu:
      activation = "gelu"
    gate = self.fused_linear(x, "gate_proj", weights, activation)
    bias = annotate(Optional[Tensor], None)
    if "up_proj_bias" in weights:
      bias = weights["up_proj_bias"]
    return ops.mkldnn._linear_pointwise(x, gate, weights["up_proj"], bias, "mul")
