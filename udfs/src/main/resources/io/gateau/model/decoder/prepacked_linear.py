
  # Projections over weights in the order of oneDNN's kernels, into which the activation, the product with the gate and the
  # residual sum are fused: methods of decoder.py for bfloat16 on CPUs that have instructions for it. There a product in
  # the usual order first copies its weight into this one, every time.

  # A layer's weights as they are kept: its matrices are those of projections.
  def prepack(self: __torch__.Decoder, weights: Dict[str, Tensor]) -> Dict[str, Tensor]:
    arranged = annotate(Dict[str, Tensor], {})
    for name in torch.keys(weights):
      weight = weights[name]
      if torch.dim(weight) == 2:
        weight = ops.mkldnn._reorder_linear_weight(weight, self.block_tokens)
      torch._set_item(arranged, name, weight)
    return arranged

  # after(x W^T + b); after is none, swish or gelu.
  def fused(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor], after: str) -> Tensor:
    bias = annotate(Optional[Tensor], None)
    if name + "_bias" in weights:
      bias = weights[name + "_bias"]
    return ops.mkldnn._linear_pointwise(x, weights[name], bias, after, annotate(List[Optional[number]], []), "tanh")

  # Writes the projection of x (rows, D) to out, each head normed if the family has that norm.
  def project_to(self: __torch__.Decoder, x: Tensor, name: str, norm: str, weights: Dict[str, Tensor], out: Tensor) -> Tensor:
    projected = self.fused(x, name, weights, "none")
    if norm in weights:
      projected = self.norm(projected.reshape([x.size(0), -1, self.head_size]), weights[norm]).reshape(out.size())
    return out.copy_(projected)

  # Adds a block's output to the residual stream x (rows, D), in place.
  def add_projected_(self: __torch__.Decoder, x: Tensor, inner: Tensor, name: str, norm: str, weights: Dict[str, Tensor]) -> Tensor:
    if norm in weights:
      return x.add_(self.norm(self.fused(inner, name, weights, "none"), weights[norm]))
    bias = annotate(Optional[Tensor], None)
    if name + "_bias" in weights:
      bias = weights[name + "_bias"]
    return x.copy_(ops.mkldnn._linear_pointwise(inner, x, weights[name], bias, "add"))

  # What the last projection of the feed-forward block reads: activation(x W_gate^T) times x W_up^T, (rows, F).
  def gated(self: __torch__.Decoder, x: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    after = "swish"
    if self.gelu:
      after = "gelu"
    gate = self.fused(x, "gate_proj", weights, after)
    bias = annotate(Optional[Tensor], None)
    if "up_proj_bias" in weights:
      bias = weights["up_proj_bias"]
    return ops.mkldnn._linear_pointwise(x, gate, weights["up_proj"], bias, "mul")
