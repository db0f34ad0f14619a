"""One data set's part of the ledger table; the modules beside it read and write its items."""

from springtide.aws.dynamodb import Items
from springtide.model.errors import DataSetError


class Ledger:
    """One data set's items in the ledger table.

    Only the modules of this package use `items`; each has the access patterns of one kind of item.
    Items of a kind share a partition key, so a run reads only what is open or requested, however
    long the history is.
    """

    def __init__(self, table: str, data_set: str) -> None:
        self._data_set = data_set
        self.items = Items(table, data_set)

    def check_data_set(self) -> None:
        """Claims the table for this data set, if no other data set has.

        Raises DataSetError, and writes nothing, if runs of another one have used it.
        """
        answer = self.items.table.update_item(
            Key={"pk": "data_set", "sk": "data_set"},
            UpdateExpression="SET data_set = if_not_exists(data_set, :mine)",
            ExpressionAttributeValues={":mine": self._data_set},
            ReturnValues="ALL_NEW",
        )
        owner = str(answer["Attributes"]["data_set"])
        if owner != self._data_set:
            raise DataSetError(
                f"this stack has run with the data set {owner}, and DataSet is now"
                f" {self._data_set}: a stack serves one. Set DataSet back, and deploy the other one"
                " under a stack name of its own (sam deploy --stack-name). Nothing was written"
            )
