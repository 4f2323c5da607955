
  # Training: methods that DecoderTrainer compiles into the class of decoder.py. The layer is written once more, plain and
  # without anything in place, so that libtorch can differentiate it whatever the scoring layer does to be fast; a test
  # compares the two.
  #
  # weights: for every layer attention_norm, q, k, v, o, feed_forward_norm, gate, up, down; then embed_tokens, norm and,
  # unless it is the embedding, lm_head. Legend as in decoder.py.

  def training_layers(self: __torch__.Decoder, weights: List[Tensor]) -> int:
    return (len(weights) - 2) // 9

  def training_norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [-1], True), self.norm_eps))
    return torch.mul(torch.mul(x, scale), weight)

  # x (B, T, H, E), cos and sin (T, 1, E / 2).
  def training_rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a = x.slice(3, 0, cos.size(2))
    b = x.slice(3, cos.size(2), x.size(3))
    return torch.cat([torch.sub(torch.mul(a, cos), torch.mul(b, sin)), torch.add(torch.mul(b, cos), torch.mul(a, sin))], 3)

  # (B, T, G, E) -> (B, H, T, E).
  def training_spread(self: __torch__.Decoder, x: Tensor) -> Tensor:
    turned = x.transpose(1, 2)
    groups = self.heads // self.kv_heads
    if groups == 1:
      return turned
    wide = turned.unsqueeze(2).expand([x.size(0), self.kv_heads, groups, x.size(1), self.head_size])
    return wide.reshape([x.size(0), self.heads, x.size(1), self.head_size])

  # The hidden states before the last norm: (B, T) -> (B, T, D).
  def training_hidden(self: __torch__.Decoder, tokens: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> Tensor:
    batch = tokens.size(0)
    total = tokens.size(1)
    layers = self.training_layers(weights)
    x = torch.embedding(weights[9 * layers], tokens)
    layer = 0
    while layer < layers:
      at = 9 * layer
      normed = self.training_norm(x, weights[at])
      q = torch.linear(normed, weights[at + 1]).reshape([batch, total, self.heads, self.head_size])
      k = torch.linear(normed, weights[at + 2]).reshape([batch, total, self.kv_heads, self.head_size])
      v = torch.linear(normed, weights[at + 3]).reshape([batch, total, self.kv_heads, self.head_size])
      q = self.training_rotate(q, cos, sin).transpose(1, 2)
      k = self.training_spread(self.training_rotate(k, cos, sin))
      mixed = torch.scaled_dot_product_attention(q, k, self.training_spread(v), None, 0., True, scale=self.attention_scale)
      joined = mixed.transpose(1, 2).reshape([batch, total, self.heads * self.head_size])
      x = torch.add(x, torch.linear(joined, weights[at + 4]))
      normed = self.training_norm(x, weights[at + 5])
      inner = torch.mul(torch.silu(torch.linear(normed, weights[at + 6])), torch.linear(normed, weights[at + 7]))
      x = torch.add(x, torch.linear(inner, weights[at + 8]))
      layer = layer + 1
    return x

  # Logits of some rows of the hidden states: (N, D) -> (N, V).
  def training_logits(self: __torch__.Decoder, rows: Tensor, weights: List[Tensor]) -> Tensor:
    layers = self.training_layers(weights)
    head = weights[9 * layers]
    if len(weights) > 9 * layers + 2:
      head = weights[9 * layers + 2]
    return torch.linear(self.training_norm(rows, weights[9 * layers + 1]), head)

  # Mean negative log-likelihood of the tokens, each weighted by its share (B, T): those of share 0 are not computed.
  def training_loss(self: __torch__.Decoder, tokens: Tensor, shares: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> Tensor:
    x = self.training_hidden(tokens, cos, sin, weights)
    total = tokens.size(1)
    flat = shares.slice(1, 1, total).reshape([-1])
    picked = torch.squeeze(torch.nonzero(flat), 1)
    rows = torch.index_select(x.slice(1, 0, total - 1).reshape([-1, x.size(2)]), 0, picked)
    wanted = torch.index_select(tokens.slice(1, 1, total).reshape([-1]), 0, picked)
    share = torch.index_select(flat, 0, picked)
    logits = self.training_logits(rows, weights)
    chosen = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(wanted, 1)), 1)
    losses = torch.sub(torch.logsumexp(logits, [1]), chosen)
    return torch.div(torch.sum(torch.mul(losses, share)), torch.sum(share))

  # DJL keeps gradients switched off outside its own collector. The loss (in front) and its gradient for every weight.
  def training_gradients(self: __torch__.Decoder, tokens: Tensor, shares: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> List[Tensor]:
    torch.set_grad_enabled(True)
    leaves = annotate(List[Tensor], [])
    for weight in weights:
      leaves.append(torch.requires_grad_(torch.detach(weight), True))
    loss = self.training_loss(tokens, shares, cos, sin, leaves)
    found = torch.grad([loss], leaves)
    torch.set_grad_enabled(False)
    gradients = [torch.detach(loss)]
    for gradient in found:
      gradients.append(unchecked_cast(Tensor, gradient))
    return gradients

  # One step of Adam (arXiv 1412.6980, algorithm 1) in place, after the gradient is cut to a length: loss and the
  # gradient's length before, (2). numbers: beta1, beta2, epsilon, length, rate / (1 - beta1^t), 1 - beta2^t.
  def training_step(self: __torch__.Decoder, tokens: Tensor, shares: Tensor, cos: Tensor, sin: Tensor, numbers: Tensor, weights: List[Tensor], first: List[Tensor], second: List[Tensor]) -> Tensor:
    gradients = self.training_gradients(tokens, shares, cos, sin, weights)
    beta1 = float(numbers[0])
    beta2 = float(numbers[1])
    squares = torch.zeros([1], dtype=7)
    i = 0
    while i < len(weights):
      squares = torch.add(squares, torch.sum(torch.mul(gradients[i + 1], gradients[i + 1]), [], False, dtype=7))
      i = i + 1
    length = torch.sqrt(squares)
    scale = torch.div(numbers[3], torch.maximum(length, numbers[3])).to(6)
    i = 0
    while i < len(weights):
      gradient = torch.mul(gradients[i + 1], scale)
      torch.add_(torch.mul_(first[i], beta1), gradient, alpha=1. - beta1)
      torch.addcmul_(torch.mul_(second[i], beta2), gradient, gradient, value=1. - beta2)
      below = torch.add(torch.sqrt(torch.div(second[i], float(numbers[5]))), float(numbers[2]))
      torch.addcdiv_(weights[i], first[i], below, value=-float(numbers[4]))
      i = i + 1
    return torch.cat([torch.reshape(gradients[0], [1]).to(7), length])
