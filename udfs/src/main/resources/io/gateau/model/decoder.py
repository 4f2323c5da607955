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
  block_keys : int
  block_head_rows : int

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
      return torch.mul(wide, scale).mul_(torch.add(weight.to(6), 1)).to(x.dtype)
    return torch.mul(wide, scale).to(x.dtype).mul_(weight)

  # The norm of that name, if the family has it.
  def norm_if_any(self: __torch__.Decoder, x: Tensor, name: str, weights: Dict[str, Tensor]) -> Tensor:
    if name in weights:
      return self.norm(x, weights[name])
    return x

  # Cosines and sines, (T, 1, P), of position times frequency (P) in float64, times a factor.
  def angles(self: __torch__.Decoder, frequencies: Tensor, tokens: int, factor: float) -> Tuple[Tensor, Tensor]:
    positions = torch.arange(tokens, dtype=7, device=frequencies.device).reshape([tokens, 1, 1])
    turns = torch.mul(positions, frequencies)
    return (torch.mul(torch.cos(turns), factor).to(6), torch.mul(torch.sin(turns), factor).to(6))

  # Rotates the first 2P numbers of each head as halves, in place: (a, b) -> (a cos - b sin, b cos + a sin); the others
  # stay. x (B, T, H, E), cos and sin (T, 1, P).
  def rotate_(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    pairs = cos.size(2)
    a = x.slice(3, 0, pairs)
    b = x.slice(3, pairs, 2 * pairs)
    c = cos.to(x.dtype)
    s = sin.to(x.dtype)
    turned = torch.mul(a, s)
    a.mul_(c).addcmul_(b, s, value=-1)
    b.mul_(c).add_(turned)
    return x

  # (B, T, G, E) -> (B, H, T, E): every key/value head serves H / G query heads.
  def spread(self: __torch__.Decoder, x: Tensor) -> Tensor:
    turned = x.transpose(1, 2)
    groups = self.heads // self.kv_heads
    if groups == 1:
      return turned
    wide = turned.unsqueeze(2).expand([x.size(0), self.kv_heads, groups, x.size(1), self.head_size])
    return wide.reshape([x.size(0), self.heads, x.size(1), self.head_size])

  # The first key that the rows from row on can see.
  def first_key(self: __torch__.Decoder, row: int, window: int) -> int:
    if window > 0:
      return max(row - window + 1, 0)
    return 0

  # Rows whose attention is formed at a time, so that the weights of a tile stay in the caches.
  def tile_rows(self: __torch__.Decoder) -> int:
    return max(self.block_scores // (self.heads * self.block_keys), self.block_rows)

  # One tile of scores q k^T, written over scores: q (G, N R, E), k (G, K, E) -> (G, N R, K), N = H / G. Row i of R stands
  # at row + i, key j at key + j, key <= row; what a row cannot see is -inf.
  def tile(self: __torch__.Decoder, q: Tensor, k: Tensor, row: int, rows: int, key: int, window: int, scores: Tensor) -> Tensor:
    keys = k.size(1)
    s = scores.slice(0, 0, q.size(0) * q.size(1) * keys).reshape([q.size(0), q.size(1), keys])
    torch.bmm(q, k.transpose(1, 2), out=s)
    if key + keys > row + 1:
      recent = s.reshape([-1, rows, keys]).slice(2, row - key, keys)
      recent.add_(torch.triu(torch.full([rows, recent.size(2)], -inf, dtype=6, device=q.device), 1))
    if window > 0:
      if key <= row + rows - 1 - window:
        old = torch.tril(torch.full([rows, keys], -inf, dtype=6, device=q.device), row - window - key)
        s.reshape([-1, rows, keys]).add_(old)
    return s

  # Softmax attention of R rows by tiles of keys, with a running maximum m and sum l of each row: q (G, N R, E), already
  # scaled, k and v (G, T, E) -> (G, N R, E). The tile on the diagonal is first, so m is finite.
  def tiles(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, row: int, rows: int, window: int, scores: Tensor) -> Tensor:
    oldest = self.first_key(row, window)
    key = max((row // self.block_keys) * self.block_keys, oldest)
    s = self.tile(q, k.slice(1, key, row + rows), row, rows, key, window, scores)
    m = torch.amax(s, [-1], True)
    torch.exp_(torch.sub_(s, m))
    l = torch.sum(s, [-1], True)
    mixed = torch.bmm(s, v.slice(1, key, row + rows))
    while key > oldest:
      end = key
      key = max(end - self.block_keys, oldest)
      s = self.tile(q, k.slice(1, key, end), row, rows, key, window, scores)
      higher = torch.maximum(m, torch.amax(s, [-1], True))
      shrink = torch.exp_(torch.sub_(m, higher))
      m = higher
      torch.exp_(torch.sub_(s, m))
      l.mul_(shrink).add_(torch.sum(s, [-1], True))
      mixed.mul_(shrink).baddbmm_(s, v.slice(1, key, end))
    return mixed.div_(l)

  # R rows of queries of one sequence, scaled and in float32: (R, H, E) -> (G, N R, E).
  def queries(self: __torch__.Decoder, rows: Tensor) -> Tensor:
    return torch.mul(rows.to(6), self.attention_scale).transpose(0, 1).reshape([self.kv_heads, -1, self.head_size])

  # Attention of the last R of T rows by tiles, in float32: q (B, R, H, E), k and v (B, T, G, E) -> (B, R, H, E).
  def attend_last(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    total = k.size(1)
    first = total - q.size(1)
    step = min(self.tile_rows(), q.size(1))
    scores = torch.empty([self.heads * step * (self.block_keys + step)], dtype=6, device=q.device)
    keys = k.to(6).transpose(1, 2)
    values = v.to(6).transpose(1, 2)
    mixed = torch.empty_like(q)
    batch = 0
    while batch < q.size(0):
      row = first
      while row < total:
        end = min(row + step, total)
        rows = self.queries(q.select(0, batch).slice(0, row - first, end - first))
        done = self.tiles(rows, keys.select(0, batch), values.select(0, batch), row, end - row, window, scores)
        mixed.select(0, batch).slice(0, row - first, end - first).copy_(done.reshape([self.heads, end - row, self.head_size]).transpose(0, 1))
        row = end
      batch = batch + 1
    return mixed

  # The weight that each key receives from the last R of T rows, summed over rows, and over heads times focus (H, 1): q
  # (1, R, H, E), k (1, T, G, E) -> (T) in float64. Scores and softmax are float32, the sum over rows of a block too, all other sums float64.
  def attention_received(self: __torch__.Decoder, q: Tensor, k: Tensor, focus: Tensor, window: int) -> Tensor:
    total = k.size(1)
    received = torch.zeros([total], dtype=7, device=q.device)
    first = total - q.size(1)
    seen = total
    if window > 0:
      seen = min(total, 2 * window)
    step = min(max(self.block_scores // (self.heads * seen), self.block_rows), q.size(1))
    if window > 0:
      step = min(step, window)
    scores = torch.empty([self.heads * step * min(total, seen + step)], dtype=6, device=q.device)
    keys = k.select(0, 0).to(6).transpose(0, 1)
    row = first
    while row < total:
      end = min(row + step, total)
      key = self.first_key(row, window)
      rows = self.queries(q.select(0, 0).slice(0, row - first, end - first))
      s = self.tile(rows, keys.slice(1, key, end), row, end - row, key, window, scores)
      torch.exp_(torch.sub_(s, torch.amax(s, [-1], True)))
      share = torch.mul(torch.reciprocal(torch.sum(s, [-1])).reshape([self.heads, -1]), focus)
      shares = share.reshape([self.kv_heads, 1, -1])
      received.slice(0, key, end).add_(torch.sum(torch.bmm(shares, s), [0, 1], False, dtype=7))
      row = end
    return received

  # Attention of all rows by libtorch's fused kernel: (B, T, H, E). With a window > 0 blocks of rows read the keys that
  # they can see, no others, so that time and memory grow with T and not with its square.
  def attend_fused(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    turned = q.transpose(1, 2)
    keys = self.spread(k)
    values = self.spread(v)
    if window == 0:
      return torch.scaled_dot_product_attention(turned, keys, values, None, 0., True, scale=self.attention_scale).transpose(1, 2)
    total = k.size(1)
    step = max(window // 4, self.block_rows)
    parts = annotate(List[Tensor], [])
    row = 0
    while row < total:
      end = min(row + step, total)
      key = self.first_key(row, window)
      every = torch.ones([end - row, end - key], dtype=11, device=q.device)
      seen = torch.logical_and(torch.tril(every, row - key), torch.triu(every, row - key - window + 1))
      parts.append(torch.scaled_dot_product_attention(turned.slice(2, row, end), keys.slice(2, key, end), values.slice(2, key, end), seen, 0., False, scale=self.attention_scale))
      row = end
    return torch.cat(parts, 2).transpose(1, 2)

  # Writes the projection of x (rows, D) to out, each head normed if the family has that norm.
  def project_to(self: __torch__.Decoder, x: Tensor, name: str, norm: str, weights: Dict[str, Tensor], out: Tensor) -> Tensor:
    torch.mm(x, torch.t(weights[name]), out=out)
    if name + "_bias" in weights:
      out.add_(weights[name + "_bias"])
    if norm in weights:
      each = out.reshape([x.size(0), -1, self.head_size])
      each.copy_(self.norm(each, weights[norm]))
    return out

  # Adds a block's output to the residual stream x (rows, D), in place.
  def add_projected_(self: __torch__.Decoder, x: Tensor, inner: Tensor, name: str, norm: str, weights: Dict[str, Tensor]) -> Tensor:
    plain = True
    if name + "_bias" in weights:
      plain = False
    if norm in weights:
      plain = False
    if plain:
      x.addmm_(inner, torch.t(weights[name]))
    else:
      x.add_(self.norm_if_any(self.project(inner, name, weights), norm, weights))
    return x

  # One decoder layer, which changes hidden (B, T, D) in place; cos and sin (T, 1, P). Only the rows from first on are
  # computed and returned, (B, R, D): the last layer needs no others. The attention of rows from focus_first on, summed
  # over heads times focus (H, 1), is returned too, (T); focus_first = T: none. window = 0: none.
  def layer(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], first: int, focus_first: int, focus: Tensor, window: int) -> Tuple[Tensor, Tensor]:
    batch = hidden.size(0)
    total = hidden.size(1)
    kept = total - first
    x = hidden.reshape([batch * total, hidden.size(2)])
    k = torch.empty([batch * total, self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    v = torch.empty([batch * total, self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    q = torch.empty([batch * kept, self.heads * self.head_size], dtype=x.dtype, device=x.device)
    row = 0
    while row < x.size(0):
      end = min(row + self.block_tokens, x.size(0))
      normed = self.norm(x.slice(0, row, end), weights["attention_norm"])
      self.project_to(normed, "k_proj", "k_norm", weights, k.slice(0, row, end))
      self.project_to(normed, "v_proj", "", weights, v.slice(0, row, end))
      if first == 0:
        self.project_to(normed, "q_proj", "q_norm", weights, q.slice(0, row, end))
      row = end
    if first > 0:
      x = hidden.slice(1, first, total).reshape([batch * kept, hidden.size(2)])
      self.project_to(self.norm(x, weights["attention_norm"]), "q_proj", "q_norm", weights, q)
    q = q.reshape([batch, kept, self.heads, self.head_size])
    k = k.reshape([batch, total, self.kv_heads, self.head_size])
    v = v.reshape([batch, total, self.kv_heads, self.head_size])
    self.rotate_(q, cos.slice(0, first, total), sin.slice(0, first, total))
    self.rotate_(k, cos, sin)
    received = torch.zeros([0], dtype=7, device=q.device)
    if focus_first < total:
      received = self.attention_received(q.slice(1, focus_first - first, kept), k, focus, window)
    if 2 * first > total:
      q = self.attend_last(q, k, v, window)
    else:
      if first > 0:
        q = torch.constant_pad_nd(q, [0, 0, 0, 0, first, 0])
      q = self.attend_fused(q, k, v, window).slice(1, first, total)
    q = q.reshape([batch * kept, self.heads * self.head_size])
    row = 0
    while row < x.size(0):
      end = min(row + self.block_tokens, x.size(0))
      block = x.slice(0, row, end)
      self.add_projected_(block, q.slice(0, row, end), "o_proj", "attention_output_norm", weights)
      normed = self.norm(block, weights["feed_forward_norm"])
      gate = self.project(normed, "gate_proj", weights)
      if self.gelu:
        gate = torch.gelu_(gate, approximate="tanh")
      else:
        gate = torch.silu_(gate)
      gate.mul_(self.project(normed, "up_proj", weights))
      self.add_projected_(block, gate, "down_proj", "feed_forward_output_norm", weights)
      row = end
    return (x.reshape([batch, kept, hidden.size(2)]), received)

  # Negative log-likelihood of each target: hidden (B, R or more, D), targets (B, R) -> (B, R) in float64. The row of the
  # last token, kept for its attention, predicts nothing that is scored. Logits are formed in tiles of rows and tokens of
  # the vocabulary, with a running maximum m and sum l of each row.
  def negative_log_likelihood(self: __torch__.Decoder, hidden: Tensor, targets: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    x = hidden.slice(1, 0, targets.size(1)).reshape([-1, hidden.size(2)])
    wanted = targets.reshape([-1, 1])
    head = weights["lm_head"]
    vocabulary = head.size(0)
    parts = annotate(List[Tensor], [])
    row = 0
    while row < x.size(0):
      end = min(row + self.block_head_rows, x.size(0))
      normed = self.norm(x.slice(0, row, end), weights["norm"])
      target = wanted.slice(0, row, end)
      m = torch.full([end - row, 1], -inf, dtype=6, device=x.device)
      l = torch.zeros([end - row, 1], dtype=7, device=x.device)
      chosen = torch.zeros([end - row, 1], dtype=6, device=x.device)
      step = max(self.block_logits // (end - row), 64)
      token = 0
      while token < vocabulary:
        logits = torch.linear(normed, head.slice(0, token, token + step)).to(6)
        local = torch.sub(target, token)
        inside = torch.logical_and(torch.ge(local, 0), torch.lt(local, logits.size(1)))
        found = torch.gather(logits, 1, torch.clamp(local, 0, logits.size(1) - 1))
        chosen = torch.where(inside, found, chosen)
        higher = torch.maximum(m, torch.amax(logits, [-1], True))
        torch.exp_(torch.sub_(logits, higher))
        l = torch.add(torch.mul(l, torch.exp(torch.sub(m, higher))), torch.sum(logits, [-1], True))
        m = higher
        token = token + step
      parts.append(torch.sub(torch.add(torch.log(l), m), chosen).squeeze(1))
      row = end
    return torch.cat(parts, 0).reshape([targets.size(0), targets.size(1)])

  # The most likely next token of each row: (B, R, D) -> (B, R).
  def most_likely(self: __torch__.Decoder, hidden: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    return torch.argmax(torch.linear(self.norm(hidden, weights["norm"]), weights["lm_head"]), -1)
