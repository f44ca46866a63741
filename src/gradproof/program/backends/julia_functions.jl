sigmoid(u) = u >= 0 ? 1 / (1 + exp(-u)) : exp(u) / (1 + exp(u))

softplus(u) = max(u, 0) + log1p(exp(-abs(u)))

relu(u) = max(u, 0)

function logcosh(u)
    abs(u) < 1 && return log1p(2 * sinh(u / 2)^2)
    return abs(u) + log1p(exp(-2 * abs(u))) - log(2)
end

log1mexp(u) = u > -log(2) ? log(-expm1(u)) : log1p(-exp(u))

sech_squared(u) = (e = exp(-2 * abs(u)); 4 * e / (1 + e)^2)

"log(sum(exp(z))) along the last axis, without overflow."
function logsumexp(z)
    top = maximum(z, dims = ndims(z))
    total = log.(sum(exp.(z .- top), dims = ndims(z))) .+ top
    return ndims(z) == 1 ? only(total) : dropdims(total, dims = ndims(z))
end

"exp(z) / sum(exp(z)) along the last axis, without overflow."
function softmax(z)
    e = exp.(z .- maximum(z, dims = ndims(z)))
    return e ./ sum(e, dims = ndims(z))
end

"log(softmax(z)) along the last axis, without overflow."
function log_softmax(z)
    shifted = z .- maximum(z, dims = ndims(z))
    return shifted .- log.(sum(exp.(shifted), dims = ndims(z)))
end

"The places of an index, which may be a single number."
places(index) = CartesianIndices(size(index))

"What an index, which counts from zero, says at a place, counted from one."
place(index, n) = (index isa Number ? index : index[n]) + 1

"Every values[n] added to the row index[n] of total."
function scatter_add!(total, index, values)
    rest = ntuple(_ -> :, ndims(total) - 1)
    for n in places(index)
        v = place(index, n)
        if values isa Number
            total[v, rest...] = total[v, rest...] .+ values
        else
            own = min.(Tuple(n), size(values)[1:length(n)])
            total[v, rest...] = total[v, rest...] .+ values[own..., rest...]
        end
    end
    return total
end

"Every values[n] added to base[n, index[n]]."
function add_at!(base, index, values)
    for n in places(index)
        base[n, place(index, n)] += values isa Number ? values : values[n]
    end
    return base
end

"base[n, index[n]], where n stands for the first axes, which go together."
function take_along(base, index, together)
    rest = ntuple(_ -> :, ndims(base) - together - 1)
    found = [base[Tuple(n)[1:together]..., place(index, n), rest...] for n in places(index)]
    isempty(rest) && return found
    order = [(1:ndims(index)) .+ length(rest); 1:length(rest)]
    return permutedims(stack(found), order)
end

"1 where the last axis equals the index."
function one_hot(index, classes)
    return [place(index, n) == v ? 1.0 : 0.0 for n in places(index), v in 1:classes]
end

"The values added to base where axes with the same number in `agreeing` agree."
function add_diagonal!(base, values, agreeing, own)
    for n in CartesianIndices(base)
        at = Dict(zip(agreeing, Tuple(n)))
        if all(at[number] == place for (number, place) in zip(agreeing, Tuple(n)))
            base[n] += values isa Number ? values : values[(at[number] for number in own)...]
        end
    end
    return base
end

"X' diag(w) X for every w along the first axis of weights."
function weighted_grams(x, weights)
    columns = eachslice(reshape(weights, size(weights, 1), :), dims = 2)
    found = permutedims(stack([x' * (w .* x) for w in columns]), (3, 1, 2))
    return reshape(found, size(weights)[2:end]..., size(x, 2), size(x, 2))
end

"The derivative of f at a, a block of f([[a, direction], [0, a]])."
function frechet(f, a, direction)
    n = size(a, 1)
    return f([a direction; zero(a) a])[1:n, (n + 1):end]
end

"The derivative L of sqrt at a: sqrt(a) L + L sqrt(a) = direction."
function frechet_sqrtm(a, direction)
    values, vectors = eigen(Symmetric((a + a') / 2))
    roots = sqrt.(values)
    return vectors * ((vectors' * direction * vectors) ./ (roots .+ roots')) * vectors'
end

"The orthogonal factor U V' of a = U S V'."
function polar(a)
    u, _, v = svd(a)
    return u * v'
end

"The symmetric Toeplitz matrix with this first column."
toeplitz(t) = [t[abs(i - j) + 1] for i in eachindex(t), j in eachindex(t)]

"For each distance k from the diagonal, the sum of the entries there."
diagsums(a) = [sum(diag(a, k)) + (k > 0 ? sum(diag(a, -k)) : 0) for k in 0:(size(a, 1) - 1)]

"The commutation matrix: comm(m, n) * vec(A) = vec(A') for an m×n matrix A."
function comm(m, n)
    rows = vec(permutedims(reshape(1:(m * n), m, n)))
    return Matrix{Float64}(I, m * n, m * n)[rows, :]
end
