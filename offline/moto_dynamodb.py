"""Saves work that moto's DynamoDB repeats for each call or each node of an expression."""

import copy
from functools import cache
from typing import Any

import boto3.dynamodb.transform
import moto.dynamodb.models.table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import ActionCountValidator

from offline import plain_copies
from offline.patching import around, replace

_chosen: dict[tuple[type, type], bool] = {}


@cache
def install() -> None:
    """Have moto parse each update expression once, and walk its nodes without abstract classes.

    A query of a table sorts all its items; here it sorts those of the partition key that it is for.
    The clauses of an update are counted once, not at each of its nodes, and what is JSON is copied
    as such.
    """
    around(moto.dynamodb.models.table.Table, query=_queried)
    replace(boto3.dynamodb.transform, copy=plain_copies)
    # moto copies what is parsed before it changes it.
    replace(UpdateExpressionParser, make=cache(UpdateExpressionParser.make))
    replace(Node, __deepcopy__=_copied)
    replace(DepthFirstTraverser, traverse_node_recursively=_walked)
    replace(ActionCountValidator, traverse=ActionCountValidator.verify_action_counts)


def _queried(query: Any, self: Any, hash_key: Any, *rest: Any, **named: Any) -> Any:
    """What a query of a table finds. The ledger has no index, which moto searches in all items."""
    if self.all_indexes():
        return query(self, hash_key, *rest, **named)
    one_key = copy.copy(self)
    one_key.items = {hash_key: self.items[hash_key]} if hash_key in self.items else {}
    return query(one_key, hash_key, *rest, **named)


def _copied(self: Any, known: dict[int, Any]) -> Any:
    """A copy of a node and of all below it."""
    made = object.__new__(type(self))
    known[id(self)] = made
    made.__dict__ |= self.__dict__
    made.parent = copy.deepcopy(self.parent, known)
    made.children = copy.deepcopy(self.children, known)
    return made


def _walked(self: Any, node: Any, place: int = -1) -> Any:
    """The node after a step over all below it and itself; which it changes, its class decides."""
    if not isinstance(node, Node):
        return node
    parent = node.parent
    for at, child in enumerate(node.children or ()):
        self.pre_processing_of_child(node, at)
        self.traverse_node_recursively(child, at)
    kinds = type(self), type(node)
    if kinds not in _chosen:
        _chosen[kinds] = isinstance(node, self.nodes_to_be_processed())
    if _chosen[kinds]:
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node
