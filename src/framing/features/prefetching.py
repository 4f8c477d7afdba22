"""A hint to the processor to fetch memory before it is needed."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _prefetch(typing_context: Any, array: Any, i: Any) -> Any:
    signature = types.void(array, i)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, number = signature.args
        found = context.make_array(kind)(context, builder, arguments[0])
        place = builder.gep(found.data, [context.cast(builder, arguments[1], number, types.intp)])
        flag = ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", [place.type],
            fnty=ir.FunctionType(ir.VoidType(), [place.type, flag, flag, flag]),
        )  # fmt: skip
        # for reading, worth keeping in all caches, data
        builder.call(hint, [place, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return signature, generate


prefetch: Any = intrinsic(_prefetch)
"""``prefetch(array, i)``: fetch what stands around element i of an array; any i is harmless."""
