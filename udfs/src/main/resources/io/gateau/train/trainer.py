
  # ---- Training: methods that DecoderTrainer adds to the class of decoder.py ----
  #
  # Java calls training_step for each step of Adam; a test calls training_gradients. The layer is written a second time,
  # plainly and without anything in place, because autograd needs that; a test compares it with the layer that scores.
  #
  # Shapes:
  #   B sequences    T tokens of a sequence    N target tokens that count in the loss    V vocabulary size
  #   D hidden size  H query heads             G key/value heads                         E head size
  #
  # weights, a list: for every layer attention_norm, q_proj, k_proj, v_proj, o_proj, feed_forward_norm, gate_proj, up_proj,
  # down_proj; then embed_tokens, norm and, unless embed_tokens takes its place, lm_head.

  # One step of Adam (arXiv 1412.6980, algorithm 1), which changes weights and moments in place, with the gradient clipped
  # to a norm first. Returns (2) in float64: the loss and the gradient's norm before it was clipped.
  #
  # tokens (B, T), loss_weights (B, T), cos and sin (T, 1, E / 2).
  # hyperparameters (6) in float64: beta1, beta2, epsilon, max_grad_norm, learning_rate / (1 - beta1^t), 1 - beta2^t.
  def training_step(self: __torch__.Decoder, tokens: Tensor, loss_weights: Tensor, cos: Tensor, sin: Tensor, hyperparameters: Tensor, weights: List[Tensor], first_moments: List[Tensor], second_moments: List[Tensor]) -> Tensor:
    beta1 = float(hyperparameters[0])
    beta2 = float(hyperparameters[1])
    epsilon = float(hyperparameters[2])
    max_grad_norm = hyperparameters[3]
    step_size = float(hyperparameters[4])
    bias_correction2 = float(hyperparameters[5])
    loss_and_gradients = self.training_gradients(tokens, loss_weights, cos, sin, weights)
    grad_norm = self.training_norm_of(loss_and_gradients)
    clip = torch.div(max_grad_norm, torch.maximum(grad_norm, max_grad_norm)).to(self.float32)
    i = 0
    while i < len(weights):
      gradient = torch.mul(loss_and_gradients[i + 1], clip)
      torch.add_(torch.mul_(first_moments[i], beta1), gradient, alpha=1. - beta1)
      torch.addcmul_(torch.mul_(second_moments[i], beta2), gradient, gradient, value=1. - beta2)
      denominator = torch.add(torch.sqrt(torch.div(second_moments[i], bias_correction2)), epsilon)
      torch.addcdiv_(weights[i], first_moments[i], denominator, value=-step_size)
      i = i + 1
    return torch.cat([torch.reshape(loss_and_gradients[0], [1]).to(self.float64), grad_norm])

  # The Euclidean norm over all gradients, (1) in float64; the loss in front of them is left out.
  def training_norm_of(self: __torch__.Decoder, loss_and_gradients: List[Tensor]) -> Tensor:
    squares = torch.zeros([1], dtype=self.float64)
    i = 1
    while i < len(loss_and_gradients):
      gradient = loss_and_gradients[i]
      squares = torch.add(squares, torch.sum(torch.mul(gradient, gradient), [], False, dtype=self.float64))
      i = i + 1
    return torch.sqrt(squares)

  # The loss, and behind it the gradient of every weight. DJL keeps gradients off outside its own collector, so they are
  # switched on here.
  def training_gradients(self: __torch__.Decoder, tokens: Tensor, loss_weights: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> List[Tensor]:
    torch.set_grad_enabled(True)
    leaves = annotate(List[Tensor], [])
    for weight in weights:
      leaves.append(torch.requires_grad_(torch.detach(weight), True))
    loss = self.training_loss(tokens, loss_weights, cos, sin, leaves)
    gradients = torch.grad([loss], leaves)
    torch.set_grad_enabled(False)
    loss_and_gradients = [torch.detach(loss)]
    for gradient in gradients:
      loss_and_gradients.append(unchecked_cast(Tensor, gradient))
    return loss_and_gradients

  # Mean negative log-likelihood of the tokens, each counted with its weight, a number. Tokens of weight 0 cost nothing:
  # their logits are not computed. The first token of a sequence has no prediction.
  def training_loss(self: __torch__.Decoder, tokens: Tensor, loss_weights: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> Tensor:
    hidden = self.training_hidden(tokens, cos, sin, weights)
    total = tokens.size(1)
    all_weights = loss_weights.slice(1, 1, total).reshape([-1])
    indices = torch.squeeze(torch.nonzero(all_weights), 1)
    rows = torch.index_select(hidden.slice(1, 0, total - 1).reshape([-1, hidden.size(2)]), 0, indices)
    targets = torch.index_select(tokens.slice(1, 1, total).reshape([-1]), 0, indices)
    target_weights = torch.index_select(all_weights, 0, indices)
    logits = self.training_logits(rows, weights)
    target_logits = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(targets, 1)), 1)
    losses = torch.sub(torch.logsumexp(logits, [1]), target_logits)
    return torch.div(torch.sum(torch.mul(losses, target_weights)), torch.sum(target_weights))

  # Token ids (B, T) -> hidden states (B, T, D) before the last norm.
  def training_hidden(self: __torch__.Decoder, tokens: Tensor, cos: Tensor, sin: Tensor, weights: List[Tensor]) -> Tensor:
    batch = tokens.size(0)
    total = tokens.size(1)
    layers = self.training_layers(weights)
    x = torch.embedding(weights[9 * layers], tokens)
    layer = 0
    while layer < layers:
      first = 9 * layer
      attention_norm = weights[first]
      q_proj = weights[first + 1]
      k_proj = weights[first + 2]
      v_proj = weights[first + 3]
      o_proj = weights[first + 4]
      feed_forward_norm = weights[first + 5]
      gate_proj = weights[first + 6]
      up_proj = weights[first + 7]
      down_proj = weights[first + 8]
      # Attention.
      normed = self.training_norm(x, attention_norm)
      q = torch.linear(normed, q_proj).reshape([batch, total, self.heads, self.head_size])
      k = torch.linear(normed, k_proj).reshape([batch, total, self.kv_heads, self.head_size])
      v = torch.linear(normed, v_proj).reshape([batch, total, self.kv_heads, self.head_size])
      q = self.training_rotate(q, cos, sin).transpose(1, 2)
      k = self.training_repeat_kv(self.training_rotate(k, cos, sin))
      attention = torch.scaled_dot_product_attention(q, k, self.training_repeat_kv(v), None, 0., True, scale=self.attention_scale)
      concatenated = attention.transpose(1, 2).reshape([batch, total, self.heads * self.head_size])
      x = torch.add(x, torch.linear(concatenated, o_proj))
      # Feed-forward (SwiGLU).
      normed = self.training_norm(x, feed_forward_norm)
      gated = torch.mul(torch.silu(torch.linear(normed, gate_proj)), torch.linear(normed, up_proj))
      x = torch.add(x, torch.linear(gated, down_proj))
      layer = layer + 1
    return x

  # Hidden states (N, D) before the last norm -> logits (N, V).
  def training_logits(self: __torch__.Decoder, hidden: Tensor, weights: List[Tensor]) -> Tensor:
    layers = self.training_layers(weights)
    lm_head = weights[9 * layers]
    if len(weights) > 9 * layers + 2:
      lm_head = weights[9 * layers + 2]
    return torch.linear(self.training_norm(hidden, weights[9 * layers + 1]), lm_head)

  def training_layers(self: __torch__.Decoder, weights: List[Tensor]) -> int:
    return (len(weights) - 2) // 9

  # RMSNorm of the last dimension (arXiv 1910.07467).
  def training_norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [-1], True), self.norm_eps))
    return torch.mul(torch.mul(x, scale), weight)

  # Rotary embedding of x (B, T, H, E); cos and sin (T, 1, E / 2).
  def training_rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a = x.slice(3, 0, cos.size(2))
    b = x.slice(3, cos.size(2), x.size(3))
    return torch.cat([torch.sub(torch.mul(a, cos), torch.mul(b, sin)), torch.add(torch.mul(b, cos), torch.mul(a, sin))], 3)

  # Keys or values (B, T, G, E) -> (B, H, T, E): each head of them once for every query head that uses it.
  def training_repeat_kv(self: __torch__.Decoder, x: Tensor) -> Tensor:
    by_head = x.transpose(1, 2)
    repeats = self.heads // self.kv_heads
    if repeats == 1:
      return by_head
    repeated = by_head.unsqueeze(2).expand([x.size(0), self.kv_heads, repeats, x.size(1), self.head_size])
    return repeated.reshape([x.size(0), self.heads, x.size(1), self.head_size])
