# The decoder's building blocks, in TorchScript. Java writes this file into an archive that libtorch compiles
# (TorchProgram); no weights and no Python are involved. Every method takes what it needs and returns new tensors.
#
# Families differ in the attributes below and in which weights are there: a projection has a bias if its weights do, and
# so with the norms of heads and of a block's output. How a projection is computed, and so in what order its weight is
# kept, is in products.py or packed_products.py (arrange, project_to, add_projected_, gated), one of which
# follows this file.
#
# A batch is packed: the tokens of all its sequences stand one behind the other, with no padding between them, and only
# attention tells them apart. It consists of readings, each of a count of sequences of one length.
#
# Legend: S readings; B sequences of T tokens in one, R rows of each kept; N tokens and M rows kept in the batch; D hidden,
# H query heads, G key/value heads, E head size, P pairs of a head that are rotated (E/2, or fewer), F feed-forward, V
# vocabulary. Data types by number, as TorchScript wants them: 6 float32, 7 float64, 11 bool, 15 bfloat16.

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
    return torch.empty(shape, dtype=dtype, device=like.device)

  # Copies a block of rows to where it belongs; whether all its numbers are finite in the weight's own type.
  def fill_weight(self: __torch__.Decoder, weight: Tensor, row: int, block: Tensor) -> bool:
    part = weight.slice(0, row, row + block.size(0))
    part.copy_(block)
    return bool(torch.all(torch.isfinite(part)))

  def embed(self: __torch__.Decoder, tokens: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(weights["embed_tokens"], tokens)                                     # (N, D)
    if self.embedding_scale != 1.:
      x = torch.mul(x, torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device))
    return x

  # x W^T with W in its usual order, whatever the order in which projections keep theirs: what benchmarks compare with.
  def product(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x, weight)

  def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor) -> Tensor:
    wide = x.to(6)
    length = torch.linalg_vector_norm(wide, 2, [-1], True)
    scale = torch.rsqrt_(torch.add_(torch.div_(torch.mul_(length, length), x.size(-1)), self.norm_eps))
    if self.norm_adds_one:
      return torch.mul(wide, scale).mul_(torch.add(weight.to(6), 1)).to(x.dtype)
    if x.dtype == 6:
      return torch.mul(wide, scale).mul_(weight)
    return torch.mul_(wide, scale).to(x.dtype).mul_(weight)

  # Cosines and sines, (N, 1, P), of each position in its sequence times the frequencies of its reading, (S, P) in
  # float64, times a factor.
  def rotary_tables(self: __torch__.Decoder, frequencies: Tensor, counts: List[int], lengths: List[int], factor: float) -> Tuple[Tensor, Tensor]:
    cosines = annotate(List[Tensor], [])
    sines = annotate(List[Tensor], [])
    i = 0
    while i < len(counts):
      positions = torch.arange(lengths[i], dtype=7, device=frequencies.device).reshape([-1, 1, 1])
      turns = torch.mul(positions, frequencies.select(0, i))
      cosines.append(torch.mul(torch.cos(turns), factor).to(6).repeat([counts[i], 1, 1]))
      sines.append(torch.mul(torch.sin(turns), factor).to(6).repeat([counts[i], 1, 1]))
      i = i + 1
    return (torch.cat(cosines, 0), torch.cat(sines, 0))

  # Rotates the first 2P numbers of each head as halves, in place: (a, b) -> (a cos - b sin, b cos + a sin); the others
  # stay. x (N, heads times E), cos and sin (N, 1, P).
  def rotate_(self: __torch__.Decoder, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    pairs = cos.size(2)
    each = x.reshape([x.size(0), -1, self.head_size])
    a = each.slice(2, 0, pairs)
    b = each.slice(2, pairs, 2 * pairs)
    c = cos.to(x.dtype)
    s = sin.to(x.dtype)
    turned = torch.mul(a, s)
    a.mul_(c).addcmul_(b, s, value=-1)
    b.mul_(c).add_(turned)
    return x

  # Heads in front of tokens: (B, T, G n, E) -> (B G, n, T, E). The N = H / G query heads that share a key/value head are
  # the heads of one sequence then, and their keys need no copy for each. With N = 1: (B, T, H, E) -> (B, H, T, E).
  def turn(self: __torch__.Decoder, x: Tensor, n: int) -> Tensor:
    if self.heads == self.kv_heads:
      return x.transpose(1, 2)
    each = x.reshape([x.size(0), x.size(1), self.kv_heads, n, self.head_size])
    return each.permute([0, 2, 3, 1, 4]).reshape([-1, n, x.size(1), self.head_size])

  # The other way round, with n = N.
  def turn_back(self: __torch__.Decoder, x: Tensor, batch: int) -> Tensor:
    if self.heads == self.kv_heads:
      return x.transpose(1, 2)
    each = x.reshape([batch, self.kv_heads, -1, x.size(2), self.head_size])
    return each.permute([0, 3, 1, 2, 4]).reshape([batch, x.size(2), self.heads, self.head_size])

  # The first key that the rows from row on can see.
  def first_key(self: __torch__.Decoder, row: int, window: int) -> int:
    if window > 0:
      return max(row - window + 1, 0)
    return 0

  # Softmax attention weights of some rows of one sequence, written over scores, in float32: q (R, H, E), k (G, E, K) ->
  # (G, N R, K), N = H / G. Row i stands at row + i, key j at key + j, and the last of both at the same position; future is
  # -inf above its diagonal, (R or more, R or more).
  def attention_weights(self: __torch__.Decoder, q: Tensor, k: Tensor, row: int, key: int, window: int, future: Tensor, scores: Tensor) -> Tensor:
    rows = q.size(0)
    keys = k.size(2)
    s = scores.slice(0, 0, self.heads * rows * keys).reshape([self.kv_heads, -1, keys])
    turned = q.to(6).transpose(0, 1).reshape([self.kv_heads, -1, self.head_size])
    torch.baddbmm(s, turned, k, beta=0, alpha=self.attention_scale, out=s)
    each = s.reshape([-1, rows, keys])
    each.slice(2, keys - rows, keys).add_(future.slice(0, 0, rows).slice(1, 0, rows))
    if window > 0:
      if key <= row + rows - 1 - window:
        each.add_(torch.tril(torch.full([rows, keys], -inf, dtype=6, device=q.device), row - window - key))
    torch._softmax(s, -1, False, out=s)
    return s

  # Attention of the last R of T rows, a block of rows at a time whose weights the caches hold: q (B, R, H, E), k and v
  # (B, T, G, E). Writes the mixture of the values over q if mix. The weight that each key receives from the rows from
  # focus_first of R on, summed over rows, and over heads times focus (H, 1), is added to received (T), float64;
  # focus_first = R: none. That sum is float32 over a block and float64 beyond.
  def attend_rows_(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int, focus_first: int, focus: Tensor, received: Tensor, mix: bool) -> Tensor:
    total = k.size(1)
    first = total - q.size(1)
    seen = total
    if window > 0:
      seen = min(total, 2 * window)
    step = min(max(self.block_scores // (self.heads * seen), self.block_rows), q.size(1))
    if window > 0:
      step = min(step, window)
    scores = torch.empty([self.heads * step * min(total, seen + step)], dtype=6, device=q.device)
    future = torch.triu(torch.full([step, step], -inf, dtype=6, device=q.device), 1)
    keys = k.to(6).permute([0, 2, 3, 1])
    values = v
    if mix:
      values = v.to(6).transpose(1, 2)
    batch = 0
    while batch < q.size(0):
      row = first
      while row < total:
        end = min(row + step, total)
        key = self.first_key(row, window)
        part = q.select(0, batch).slice(0, row - first, end - first)
        s = self.attention_weights(part, keys.select(0, batch).slice(2, key, end), row, key, window, future, scores)
        if end - first > focus_first:
          shares = focus.repeat([1, end - row])
          shares.slice(1, 0, max(focus_first - row + first, 0)).zero_()
          received.slice(0, key, end).add_(torch.mv(torch.t(s.reshape([-1, end - key])), shares.reshape([-1])))
        if mix:
          done = torch.bmm(s, values.select(0, batch).slice(1, key, end))
          part.copy_(done.reshape([self.heads, end - row, self.head_size]).transpose(0, 1))
        row = end
      batch = batch + 1
    return received

  # Whether attention by rows is faster than the fused kernel, which computes all T of them.
  def is_by_rows(self: __torch__.Decoder, q: Tensor, total: int) -> bool:
    if 2 * q.size(1) < total:
      return True
    if q.is_cuda:
      return False
    return q.dtype == 6 and total <= self.block_keys

  # Attention of all rows by libtorch's fused kernel: (B, T, H, E). With a window > 0 blocks of rows read the keys that
  # they can see, no others, so that time and memory grow with T and not with its square.
  def attend_fused(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    batch = q.size(0)
    turned = self.turn(q, self.heads // self.kv_heads)
    keys = self.turn(k, 1).expand(turned.size())
    values = self.turn(v, 1).expand(turned.size())
    if window == 0:
      return self.turn_back(torch.scaled_dot_product_attention(turned, keys, values, None, 0., True, scale=self.attention_scale), batch)
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
    return self.turn_back(torch.cat(parts, 2), batch)

  # Attention of one reading, written over its queries: q (B, R, H, E), the last R of T rows, k and v (B, T, G, E). Returns
  # the weight that each key receives from the last focused rows, over heads times focus (H, 1), (T); focused = 0: none.
  def attend_(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, window: int, focused: int, focus: Tensor) -> Tensor:
    total = k.size(1)
    kept = q.size(1)
    if window >= total:
      window = 0
    received = torch.zeros([0], dtype=7, device=q.device)
    if focused > 0:
      received = torch.zeros([total], dtype=7, device=q.device)
    if self.is_by_rows(q, total):
      return self.attend_rows_(q, k, v, window, kept - focused, focus, received, True)
    if focused > 0:
      self.attend_rows_(q.slice(1, kept - focused, kept), k, v, window, 0, focus, received, False)
    whole = q
    if kept < total:
      whole = torch.constant_pad_nd(q, [0, 0, 0, 0, total - kept, 0])
    q.copy_(self.attend_fused(whole, k, v, window).slice(1, total - kept, total))
    return received

  # One decoder layer, which changes hidden (N, D) in place; cos and sin (N, 1, P). With row numbers in rows, int64 (M), only
  # those rows are computed beyond keys and values, and returned, (M, D): the last layer needs no others; they are the last
  # kept of each sequence. With no numbers, (0), all are, and kept is lengths. The attention of the last focused rows of each
  # sequence, summed over heads times focus (S, H, 1), is returned too, (T) of each reading with focused > 0 one behind the
  # other. window = 0: none.
  def layer(self: __torch__.Decoder, hidden: Tensor, cos: Tensor, sin: Tensor, weights: Dict[str, Tensor], counts: List[int], lengths: List[int], kept: List[int], rows: Tensor, focused: List[int], focus: Tensor, window: int) -> Tuple[Tensor, Tensor]:
    every = rows.size(0) == 0
    x = hidden
    if not every:
      x = torch.index_select(hidden, 0, rows)
    k = torch.empty([hidden.size(0), self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    v = torch.empty([hidden.size(0), self.kv_heads * self.head_size], dtype=x.dtype, device=x.device)
    q = torch.empty([x.size(0), self.heads * self.head_size], dtype=x.dtype, device=x.device)
    row = 0
    while row < hidden.size(0):
      end = min(row + self.block_tokens, hidden.size(0))
      c = cos.slice(0, row, end)
      s = sin.slice(0, row, end)
      normed = self.norm(hidden.slice(0, row, end), weights["attention_norm"])
      self.rotate_(self.project_to(normed, "k_proj", "k_norm", weights, k.slice(0, row, end)), c, s)
      self.project_to(normed, "v_proj", "", weights, v.slice(0, row, end))
      if every:
        self.rotate_(self.project_to(normed, "q_proj", "q_norm", weights, q.slice(0, row, end)), c, s)
      row = end
    if not every:
      row = 0
      while row < x.size(0):
        end = min(row + self.block_tokens, x.size(0))
        c = torch.index_select(cos, 0, rows.slice(0, row, end))
        s = torch.index_select(sin, 0, rows.slice(0, row, end))
        normed = self.norm(x.slice(0, row, end), weights["attention_norm"])
        self.rotate_(self.project_to(normed, "q_proj", "q_norm", weights, q.slice(0, row, end)), c, s)
        row = end
    received = annotate(List[Tensor], [])
    token = 0
    row = 0
    i = 0
    while i < len(counts):
      next_token = token + counts[i] * lengths[i]
      next_row = row + counts[i] * kept[i]
      queries = q.slice(0, row, next_row).reshape([counts[i], kept[i], self.heads, self.head_size])
      keys = k.slice(0, token, next_token).reshape([counts[i], lengths[i], self.kv_heads, self.head_size])
      values = v.slice(0, token, next_token).reshape([counts[i], lengths[i], self.kv_heads, self.head_size])
      received.append(self.attend_(queries, keys, values, window, focused[i], focus.select(0, i)))
      token = next_token
      row = next_row
      i = i + 1
    row = 0
    while row < x.size(0):
      end = min(row + self.block_tokens, x.size(0))
      block = x.slice(0, row, end)
      self.add_projected_(block, q.slice(0, row, end), "o_proj", "attention_output_norm", weights)
      inner = self.gated(self.norm(block, weights["feed_forward_norm"]), weights)
      self.add_projected_(block, inner, "down_proj", "feed_forward_output_norm", weights)
      row = end
    return (x, torch.cat(received, 0))

  # The logarithm of the sum of the exponentials of each row's logits: x (R, D), normed, head (V, D) -> (R) in float64.
  # Logits are formed in tiles of tokens of the vocabulary, one over the other. shift: whether their maximum is taken off
  # before they are raised, which takes twice as long and is needed only where float32 does not hold them.
  def log_sum_exp(self: __torch__.Decoder, x: Tensor, head: Tensor, shift: bool) -> Tensor:
    step = min(max(self.block_logits // x.size(0), 64), head.size(0))
    formed = torch.empty([x.size(0) * step], dtype=x.dtype, device=x.device)
    wide = formed
    if x.dtype != 6:
      wide = torch.empty([x.size(0) * step], dtype=6, device=x.device)
    highest = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    token = 0
    while token < head.size(0):
      part = head.slice(0, token, token + step)
      shape = [x.size(0), part.size(0)]
      logits = formed.slice(0, 0, x.size(0) * part.size(0)).reshape(shape)
      torch.mm(x, torch.t(part), out=logits)
      if x.dtype != 6:
        logits = wide.slice(0, 0, x.size(0) * part.size(0)).reshape(shape).copy_(logits)
      if shift:
        m = torch.amax(logits, [-1], True)
        highest.append(m)
        logits.sub_(m)
      sums.append(torch.sum(torch.exp_(logits), [-1], True))
      token = token + step
    each = torch.log(torch.cat(sums, 1).to(7))
    if shift:
      each.add_(torch.cat(highest, 1))
    return torch.logsumexp(each, [1])

  # Negative log-likelihood of each target: hidden (M, D), the rows of it that predict, (L), and what follows each, targets
  # (L) -> (L) in float64.
  def negative_log_likelihood(self: __torch__.Decoder, hidden: Tensor, rows: Tensor, targets: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    head = weights["lm_head"]
    parts = annotate(List[Tensor], [])
    row = 0
    while row < rows.size(0):
      end = min(row + self.block_head_rows, rows.size(0))
      normed = self.norm(torch.index_select(hidden, 0, rows.slice(0, row, end)), weights["norm"])
      # Rounded as the products of the other logits are, so that nothing is likelier than certain.
      wanted = torch.index_select(head, 0, targets.slice(0, row, end))
      chosen = torch.sum(torch.mul(normed.to(6), wanted.to(6)), [-1], False, dtype=7).to(normed.dtype)
      total = self.log_sum_exp(normed, head, False)
      # Below e^-60 or at infinity the sums have lost digits. NaN stays what it is, with a shift too.
      if not bool(torch.all(torch.logical_and(torch.isfinite(total), torch.gt(total, -60)))):
        total = self.log_sum_exp(normed, head, True)
      parts.append(torch.sub(total, chosen))
      row = end
    return torch.cat(parts, 0)

  # The most likely next token of each row: (M, D) -> (M).
  def most_likely(self: __torch__.Decoder, hidden: Tensor, weights: Dict[str, Tensor]) -> Tensor:
    return torch.argmax(torch.linear(self.norm(hidden, weights["norm"]), weights["lm_head"]), -1)
