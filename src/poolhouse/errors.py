"""The error vocabulary: one class per exception of the service model, and the common ones it omits.

    ServiceError
    ├── the exceptions of botocore's ``cognito-idp`` model, spelled exactly so
    └── protocol errors every AWS JSON service answers before an operation is reached

Services raise these directly; each face translates them once (the API to ``__type``, the OAuth
endpoints to ``error``). ``message`` is public; ``detail`` is the operator's, for the log only.
"""

from __future__ import annotations


class ServiceError(Exception):
    """An answer that is not a success. ``status`` is the HTTP status of the AWS JSON API."""

    status = 400

    def __init__(self, message: str = "", *, detail: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail

    @property
    def code(self) -> str:
        """The bare shape name, as ``__type`` and ``x-amzn-errortype`` carry it."""
        return type(self).__name__


class AccessDeniedException(ServiceError): ...


class AliasExistsException(ServiceError): ...


class CodeDeliveryFailureException(ServiceError): ...


class CodeMismatchException(ServiceError): ...


class ConcurrentModificationException(ServiceError): ...


class DeviceKeyExistsException(ServiceError): ...


class DuplicateProviderException(ServiceError): ...


class EnableSoftwareTokenMFAException(ServiceError): ...


class ExpiredCodeException(ServiceError): ...


class FeatureUnavailableInTierException(ServiceError): ...


class ForbiddenException(ServiceError): ...


class GroupExistsException(ServiceError): ...


class InternalErrorException(ServiceError):
    status = 500


class InternalServerException(ServiceError):
    status = 500


class InvalidEmailRoleAccessPolicyException(ServiceError): ...


class InvalidLambdaResponseException(ServiceError): ...


class InvalidOAuthFlowException(ServiceError): ...


class InvalidParameterException(ServiceError): ...


class InvalidPasswordException(ServiceError): ...


class InvalidSmsRoleAccessPolicyException(ServiceError): ...


class InvalidSmsRoleTrustRelationshipException(ServiceError): ...


class InvalidUserPoolConfigurationException(ServiceError): ...


class LimitExceededException(ServiceError): ...


class MFAMethodNotFoundException(ServiceError): ...


class ManagedLoginBrandingExistsException(ServiceError): ...


class NotAuthorizedException(ServiceError): ...


class OperationNotEnabledException(ServiceError): ...


class PasswordHistoryPolicyViolationException(ServiceError): ...


class PasswordResetRequiredException(ServiceError): ...


class PreconditionNotMetException(ServiceError): ...


class RefreshTokenReuseException(ServiceError): ...


class ResourceNotFoundException(ServiceError): ...


class ScopeDoesNotExistException(ServiceError): ...


class ServiceQuotaExceededException(ServiceError): ...


class SoftwareTokenMFANotFoundException(ServiceError): ...


class TermsExistsException(ServiceError): ...


class TierChangeNotAllowedException(ServiceError): ...


class TooManyFailedAttemptsException(ServiceError): ...


class TooManyRequestsException(ServiceError): ...


class UnauthorizedException(ServiceError): ...


class UnexpectedLambdaException(ServiceError): ...


class UnsupportedIdentityProviderException(ServiceError): ...


class UnsupportedOperationException(ServiceError): ...


class UnsupportedTokenTypeException(ServiceError): ...


class UnsupportedUserStateException(ServiceError): ...


class UserImportInProgressException(ServiceError): ...


class UserLambdaValidationException(ServiceError): ...


class UserNotConfirmedException(ServiceError): ...


class UserNotFoundException(ServiceError): ...


class UserPoolAddOnNotEnabledException(ServiceError): ...


class UserPoolTaggingException(ServiceError): ...


class UsernameExistsException(ServiceError): ...


class WebAuthnChallengeNotFoundException(ServiceError): ...


class WebAuthnClientMismatchException(ServiceError): ...


class WebAuthnConfigurationMissingException(ServiceError): ...


class WebAuthnCredentialNotSupportedException(ServiceError): ...


class WebAuthnNotEnabledException(ServiceError): ...


class WebAuthnOriginNotAllowedException(ServiceError): ...


class WebAuthnRelyingPartyMismatchException(ServiceError): ...


# Common to AWS JSON services, not in the model.


class ExpiredTokenException(ServiceError): ...


class IncompleteSignatureException(ServiceError): ...


class InvalidSignatureException(ServiceError): ...


class MissingAuthenticationTokenException(ServiceError): ...


class RequestEntityTooLargeException(ServiceError):
    status = 413


class SerializationException(ServiceError): ...


class UnknownOperationException(ServiceError): ...


class UnrecognizedClientException(ServiceError): ...


# The Lambda API's own. It answers some shared names with other statuses: its model has them.


class InvalidParameterValueException(ServiceError): ...


class InvalidRequestContentException(ServiceError): ...


class InvalidRuntimeException(ServiceError):
    status = 502


class PolicyLengthExceededException(ServiceError): ...


class PreconditionFailedException(ServiceError):
    status = 412


class RequestTooLargeException(ServiceError):
    status = 413


class ResourceConflictException(ServiceError):
    status = 409


class ServiceException(ServiceError):
    status = 500


class ValidationException(ServiceError): ...


# Of AWS KMS, where it stands in for it.


class IncorrectKeyException(ServiceError): ...


class InvalidCiphertextException(ServiceError): ...
