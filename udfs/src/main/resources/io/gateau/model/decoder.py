# The decoder's building blocks, in TorchScript. Java writes this file into an archive that libtorch compiles
# (TorchProgram); no weights and no Python are involved. Every method takes what it needs and returns new tensors.
#
# Families differ in the attributes below and in which weights are there: a projection has a bias if its weights do, and
# so with the norms of heads and of a block's output.
#
# Legend: B sequences, T tokens, R rows kept, D hidden, H query heads, G key/value heads, E head size, P pairs of a head
# that are rotated (E/2, or fewer), F feed-forward, V vocabulary. Data types by number, as TorchScript wants them: 6
# float32, 7 float64, 11 bool, 15 bfloat16.

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  kv_heads : int
  head_size : int
  norm_eps : float
  norm_adds_one : bool
  gelu : bool
  embedding_scale : float
  attention_scale : float
  block_tokens : int
  block_scores : int
  block_rows : int
  block_logits : int

  # Memory for one weight on the device of like: (rows, columns) or, with no columns, (rows).
  def new_weight(self: __torch__.Decoder, like: Tensor, rows: int, columns: int, dtype: int) -> Tensor:
    shape = [rows, columns]
    if columns == 0:
      shape = [rows]
    return torch.zeros(shape, dtype=dtype, device=like.device)

  # Copies a block of rows to where it belongs; whether all its numbers are finite in the weight's own type.
  def fill_weight(self: __torch__.Decoder, weight: Tensor, row: int, block: Tensor) -> bool:
    part = weight.slice(0, row, row + block.size(0))
    part.copy_(block)
    return bool(torch.all(torch.isfinite(part)))

  def embed(self: __torch__.Decoder, tokens: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(weights["embed_tokens"], tokens)                                     # (B, T, D)
    if self.embedding_scale != 1.:
      x = torch.mul(x, torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device))
    return x

  def project(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor]) -> Tensor:
    if name + "_bias" in weights:
      return torch.linear(x, weights[name], weights[name + "_bias"])
    return torch.linear(x, weights[name])

  def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    wide = x.to(6)
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(wide, wide), [-1], True), self.norm_eps))
    if self.norm_adds_one:
      return torch.mul(torch.mul(wide, scale), torch.add(weight.to(6), 1)).to(x.dtype)
    return torch.mul(torch.mul(wide, scale).to(x.dtype), weight)

  # The norm of that name, if the family has it.
  def norm_if_any(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor]) -> Tensor:
    if name in weights:
      return self.norm(x, weights[name])
    return x

  # Rotates the first 2P numbers of each head as halves: (a, b) -> (a cos - b sin, b cos + a sin); the others pass.
  # x (B, T, H, E), cos and sin (T, 1, P).
  def rotate(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    pairs = cos.size(2)
    a = x.slice(3, 0, pairs)
    b = x.slice(3, pairs, 2 * pairs)
    c = cos.to(x.dtype)
    s = sin.to(x.dtype)
    parts = [torch.sub(torch.mul(a, c), torch.mul(b, s)), torch.add(torch.mul(b, c), torch.mul(a, s))]
    if 2 * pairs < x.size(3):
      parts.append(x.slice(3, 2 * pairs, x.size(3)))
    return torch.cat(parts, 3)

  # (B, T, G, E) -> (B, H, T, E): every key/value head serves H / G query heads.
  def spread(self: __torch__.Decoder, x: Tensor) -> Tensor:
    turned = x.transpose(1, 2)
    groups = self.heads // self.kv_heads
    if groups == 1:
      return turned
    wide = turned.unsqueeze(2).expand([x.size(0), self.kv_heads, groups, x.size(1), self.head_size])
    return wide.reshape([x.size(0), self.heads, x.size(1), self.head_size])

  # softmax(scale q k^T), each row over the keys up to itself, and with a window > 0 over no more than that many:
  # q (B, H, R, E), k (B, H, K, E), of which the last R stand where q does -> (B, H, R, K) in float32.
  # Only the last R keys can be in a row's future; with a window only the first R can be behind it.
  def attention_weights(self: __torch__.Decoder, q: Tensor, k: Tensor, window: int) -> Tensor:
    rows = q.size(2)
    keys = k.size(2)
    scores = torch.matmul(torch.mul(q, self.attention_scale), k.transpose(2, 3)).to(6)
    square = torch.ones([rows, rows], dtype=11, device=q.device)
    recent = scores.slice(3, keys - rows, keys)
    recent.masked_fill_(torch.triu(square, 1), -inf)
    if window > 0:
      oldest = scores.slice(3, 0, rows)
      oldest.masked_fill_(torch.tril(square, keys - rows - window), -inf)
    return torch.softmax(scores, -1)

  # Rows whose attention weights are formed at a time: about block_scores weights, never fewer than block_rows rows.
  # With a window no more rows than it is wide, or else nearly all of the weights would be masked.
  def rows_at_once(self: __torch__.Decoder, q: Tensor, total: int, window: int) -> int:
    keys = total
    if window > 0:
      keys = min(total, 2 * window)
    rows = self.block_scores // (q.size(0) * q.size(1) * keys)
    if window > 0:
      rows = min(rows, window)
    return max(rows, self.block_rows)

  # The weight that each key from first on receives, summed over heads and rows: (T) in float64. Heads and blocks are
  # summed in float64, the few rows of a block in float32.
  def attention_received(self: __torch__.Decoder, weights: Tensor, first: int, total: int) -> Tensor:
    received = torch.sum(torch.sum(weights, [0, 2]), [0], False, dtype=7)
    return torch.constant_pad_nd(received, [first, total - first - received.size(0)])

  # The first key that the rows from row on can see.
  def first_key(self: __torch__.Decoder, row: int, window: int) -> int:
    if window > 0:
      return max(row - window + 1, 0)
    return 0

  # Attention of all rows: (B, H, T, E). With a window > 0 blocks of rows read the keys that they can see, no others, so
  # that time and memory grow with T and not with its square.
  def mix(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    if window == 0:
      return torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=self.attention_scale)
    total = k.size(2)
    step = max(window // 4, self.block_rows)
    parts = annotate(List[Tensor], [])
    row = 0
    while row < total:
      end = min(row + step, total)
      key = self.first_key(row, window)
      every = torch.ones([end - row, end - key], dtype=11, device=q.device)
      seen = torch.logical_and(torch.tril(every, row - key), torch.triu(every, row - key - window + 1))
      parts.append(torch.scaled_dot_product_attention(q.slice(2, row, end), k.slice(2, key, end), v.slice(2, key, end), seen, 0., False, scale=self.attention_scale))
      row = end
    return torch.cat(parts, 2)

  # Attention of the rows from first on, (B, H, R, E) -> (B, R, D) before the output projection, and with focus_first
  # < T the attention received from the rows from there on, (T); else that is empty. With a window > 0 each row sees that
  # many positions, its own included.
  def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, first: int, focus_first: int, window: int) -> Tuple[Tensor, Tensor]:
    total = k.size(2)
    step = self.rows_at_once(q, total, window)
    received = torch.zeros([0], dtype=7, device=q.device)
    if focus_first < total:
      received = torch.zeros([total], dtype=7, device=q.device)
    parts = annotate(List[Tensor], [])
    row = first
    if first == 0:
      parts.append(self.mix(q, k, v, window))
      row = focus_first
    while row < total:
      end = min(row + step, total)
      if row < focus_first:
        end = min(end, focus_first)
      key = self.first_key(row, window)
      weights = self.attention_weights(q.slice(2, row - first, end - first), k.slice(2, key, end), window)
      if row >= focus_first:
        received = torch.add(received, self.attention_received(weights, key, total))
      if first > 0:
        parts.append(torch.matmul(weights.to(v.dtype), v.slice(2, key, end)))
      row = end
    joined = torch.cat(parts, 2).transpose(1, 2).reshape([q.size(0), q.size(2), self.heads * self.head_size])
    return (joined, received)

  def feed_forward(self: __torch__.Decoder, x: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    gate = self.project(x, "gate_proj", weights)                                             # (block, F)
    if self.gelu:
      gate = torch.gelu(gate, approximate="tanh")
    else:
      gate = torch.silu(gate)
    return self.project(torch.mul_(gate, self.project(x, "up_proj", weights)), "down_proj", weights)

  # One decoder layer. hidden (B, T, D), cos and sin (T, 1, P). Only the rows from first on are computed and returned,
  # (B, R, D): the last layer needs no others. focus_first = T: no attention focus. window = 0: none.
  def layer(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], first: int, focus_first: int, window: int) -> Tuple[Tensor, Tensor]:
    batch = hidden.size(0)
    total = hidden.size(1)
    kept = hidden.slice(1, first, total)
    normed = self.norm(hidden, weights["attention_norm"])
    q = self.project(normed.slice(1, first, total), "q_proj", weights).reshape([batch, total - first, self.heads, self.head_size])
    k = self.project(normed, "k_proj", weights).reshape([batch, total, self.kv_heads, self.head_size])
    v = self.project(normed, "v_proj", weights).reshape([batch, total, self.kv_heads, self.head_size])
    q = self.norm_if_any(q, "q_norm", weights)
    k = self.norm_if_any(k, "k_norm", weights)
    q = self.rotate(q, cos.slice(0, first, total), sin.slice(0, first, total)).transpose(1, 2)
    k = self.spread(self.rotate(k, cos, sin))
    mixed, received, = self.attend(q, k, self.spread(v), first, focus_first, window)
    out = self.norm_if_any(self.project(mixed, "o_proj", weights), "attention_output_norm", weights)
    x = torch.add(kept, out).reshape([batch * (total - first), hidden.size(2)])
    parts = annotate(List[Tensor], [])
    row = 0
    while row < x.size(0):
      block = x.slice(0, row, row + self.block_tokens)
      out = self.feed_forward(self.norm(block, weights["feed_forward_norm"]), weights)
      parts.append(torch.add(block, self.norm_if_any(out, "feed_forward_output_norm", weights)))
      row = row + self.block_tokens
    return (torch.cat(parts, 0).reshape([batch, total - first, hidden.size(2)]), received)

  # Negative log-likelihood of each target: hidden (B, R or more, D), targets (B, R) -> (B, R) in float64. The row of the
  # last token, kept for its attention, predicts nothing that is scored.
  def negative_log_likelihood(self: __torch__.Decoder, hidden: Tensor, targets: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    x = hidden.slice(1, 0, targets.size(1)).reshape([-1, hidden.size(2)])
    wanted = targets.reshape([-1, 1])
    step = self.block_logits // weights["lm_head"].size(0)
    if step < 1:
      step = 1
    parts = annotate(List[Tensor], [])
    row = 0
    while row < x.size(0):
      logits = torch.linear(self.norm(x.slice(0, row, row + step), weights["norm"]), weights["lm_head"]).to(6)
      chosen = torch.gather(logits, 1, wanted.slice(0, row, row + step)).squeeze(1)
      parts.append(torch.sub(torch.logsumexp(logits, [1]), chosen).to(7))
      row = row + step
    return torch.cat(parts, 0).reshape([targets.size(0), targets.size(1)])

  # The most likely next token of each row: (B, R, D) -> (B, R).
  def most_likely(self: __torch__.Decoder, hidden: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    return torch.argmax(torch.linear(self.norm(hidden, weights["norm"]), weights["lm_head"]), -1)
